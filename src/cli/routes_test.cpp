#include "cli/routes.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/query_times.h"
#include "cli/routes_report.h"
#include "cli/words.h"
#include "engine/loop.h"

namespace tocsin::cli {
namespace {

struct Options {
  std::vector<std::string> labels;
  std::string at;
  std::vector<std::string> expected;
  std::string format = "text";
  TreeOptions tree;
};

/// Whether the receivers are those that were expected; complains if not.
bool verify(const config::Config& config, const Labels& labels,
            const std::vector<std::string>& expected) {
  std::vector<std::string> receivers;
  for (const route::Route* each : route::match(config.route, labels)) {
    receivers.push_back(each->receiver);
  }
  if (receivers == expected) return true;
  fmt::print(stderr, "tocsin: expected the receivers {}, not {}\n",
             for_terminal(fmt::format("{}", fmt::join(expected, ","))),
             for_terminal(fmt::format("{}", fmt::join(receivers, ","))));
  return false;
}

int test(const Options& options) {
  Timestamp now = engine::wall_clock();
  if (!options.at.empty()) now = parse_instant("--at", options.at, now);
  const Labels labels = parse_label_words(options.labels, "label");
  const auto config = load_tree(options.tree);
  print_out(options.format == "json" ? pretty(routes_json(*config, labels, now))
                                     : routes_text(*config, labels, now));
  return options.expected.empty() || verify(*config, labels, options.expected) ? 0 : 1;
}

}  // namespace

Command add_routes_test(CLI::App& routes) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = routes.add_subcommand(
      "test", "Show the way of an alert through the tree, and when whom a message would reach");
  app->add_option("LABEL", options->labels,
                  "NAME=VALUE of the alert; a first one without \"=\" is its name");
  app->add_option("--at", options->at,
                  "When it starts firing: 2026-01-02T15:04:05Z, or from now, like +8h (default: "
                  "now)");
  app->add_option("--verify.receivers", options->expected,
                  "Exit code 1 unless these hear of it, in this order, with commas")
      ->delimiter(',')
      ->allow_extra_args(false);
  app->add_option("-o,--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_tree_options(*app, options->tree);
  return {app, [options] { return test(*options); }};
}

}  // namespace tocsin::cli
