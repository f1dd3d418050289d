#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/silence.h"
#include "engine/loop.h"
#include "model/error.h"

namespace tocsin::cli {
namespace {

struct Options {
  std::vector<std::string> matchers;
  std::string author = default_author();
  std::string comment;
  std::vector<std::string> annotations;
  SilenceTimes times;
  bool dry_run = false;
  ServiceOptions service;
};

/// Those that fire now and would be silenced, one line each.
void show_alerts(Service& service, const Matchers& matchers) {
  Service::Parameters parameters;
  for (const Matcher& each : matchers) parameters.emplace_back("filter", each.to_string());
  const nlohmann::json alerts = service.get("/api/v2/alerts", parameters);
  fmt::print(stderr, "it concerns {} of the alerts that fire now{}\n", alerts.size(),
             alerts.empty() ? "; is there a slip in the matchers?" : ":");
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < std::min(alerts.size(), kShown); ++i) {
    fmt::print(stderr, "  {}\n", for_terminal(labels_of(alerts[i], "labels").to_string()));
  }
  if (alerts.size() > kShown) fmt::print(stderr, "  and {} more\n", alerts.size() - kShown);
}

int add(const Options& options) {
  const Timestamp now = engine::wall_clock();
  const Matchers matchers = parse_matcher_words(options.matchers);
  if (options.comment.empty() && !options.dry_run) {
    throw Error("say why: --comment \"…\" (others will ask)");
  }
  if (options.author.empty()) throw Error("say who you are: --author NAME");
  const Period period = parse_period(options.times, {now, now + std::chrono::hours{1}}, now);
  nlohmann::json silence = {{"matchers", json_of(matchers)},
                            {"startsAt", format_rfc3339(period.start)},
                            {"endsAt", format_rfc3339(period.end)},
                            {"createdBy", options.author},
                            {"comment", options.comment}};
  const Labels annotations = parse_label_words(options.annotations, "annotation");
  if (!annotations.empty()) silence["annotations"] = json_of(annotations);
  Service service(options.service);
  if (!options.dry_run) put_silence(service, silence, now);
  show_alerts(service, matchers);
  return 0;
}

}  // namespace

Command add_silence_add(CLI::App& silence) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = silence.add_subcommand("add", "Silence the alerts that all matchers hold for");
  app->add_option("MATCHER", options->matchers,
                  "NAME=VALUE, NAME!=VALUE, NAME=~REGEX, NAME!~REGEX; a list of them in braces; "
                  "or, as the first one, the name of an alert")
      ->required();
  app->add_option("-a,--author", options->author, "Who silences (default: $USER)");
  app->add_option("-c,--comment", options->comment, "Why");
  app->add_option("--annotation", options->annotations, "NAME=VALUE to keep with it")
      ->allow_extra_args(false);
  add_silence_times(*app, options->times);
  app->add_flag("--dry-run", options->dry_run, "Only show which alerts it would concern now");
  add_service_options(*app, options->service);
  return {app, [options] { return add(*options); }};
}

}  // namespace tocsin::cli
