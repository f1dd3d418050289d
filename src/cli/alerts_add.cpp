#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/alerts.h"
#include "cli/query_times.h"
#include "cli/service.h"
#include "cli/words.h"
#include "engine/loop.h"
#include "model/error.h"

namespace tocsin::cli {
namespace {

struct Options {
  std::vector<std::string> labels;
  std::vector<std::string> annotations;
  std::string generator_url;
  std::string start;
  std::string end;
  ServiceOptions service;
};

int add(const Options& options) {
  const Timestamp now = engine::wall_clock();
  const Labels labels = parse_label_words(options.labels, "label");
  nlohmann::json alert = {
      {"labels", json_of(labels)},
      {"annotations", json_of(parse_label_words(options.annotations, "annotation"))}};
  if (!options.generator_url.empty()) alert["generatorURL"] = options.generator_url;
  if (!options.start.empty()) {
    alert["startsAt"] = format_rfc3339(parse_instant("--start", options.start, now));
  }
  if (!options.end.empty()) {
    alert["endsAt"] = format_rfc3339(parse_instant("--end", options.end, now));
  }
  Service(options.service).post("/api/v2/alerts", nlohmann::json::array({alert}));
  fmt::print(stderr, "added {}; {}\n", labels.to_string(),
             options.end.empty() ? "without --end it ends by itself after resolve_timeout"
                                 : "it ends when you said");
  return 0;
}

}  // namespace

Command add_alerts_add(CLI::App& alerts) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = alerts.add_subcommand("add", "Send an alert, or the news that it has ended");
  app->add_option("LABEL", options->labels,
                  "NAME=VALUE; a first one without \"=\" is the name of the alert")
      ->required();
  app->add_option("--annotation", options->annotations, "NAME=VALUE to show with it")
      ->allow_extra_args(false);
  app->add_option("--generator-url", options->generator_url, "Where it comes from");
  app->add_option("--start", options->start,
                  "Since when: 2026-01-02T15:04:05Z, or from now, like -5m (default: now)");
  app->add_option("--end", options->end,
                  "Until when, written the same way (now: it has ended; default: after "
                  "resolve_timeout)");
  add_service_options(*app, options->service);
  return {app, [options] { return add(*options); }};
}

}  // namespace tocsin::cli
