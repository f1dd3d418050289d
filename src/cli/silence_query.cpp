#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_times.h"
#include "cli/silence.h"
#include "engine/loop.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

struct Options {
  std::vector<std::string> matchers;
  std::vector<std::string> ids;
  std::string created_by;
  std::string within;
  bool expired = false;
  bool all = false;
  bool quiet = false;
  std::string format = "table";
  ServiceOptions service;
};

bool wanted(const Json& silence, const Options& options, Timestamp now) {
  const bool over = text_of(silence.value("status", Json::object()), "state") == "expired";
  if (!options.all && options.ids.empty() && over != options.expired) return false;
  if (!options.created_by.empty() && text_of(silence, "createdBy") != options.created_by) {
    return false;
  }
  const auto& ids = options.ids;
  if (!ids.empty() && std::find(ids.begin(), ids.end(), text_of(silence, "id")) == ids.end()) {
    return false;
  }
  if (options.within.empty()) return true;
  const Duration distance = time_of(silence, "endsAt") - now;
  return std::chrono::abs(distance) <= parse_length("--within", options.within);
}

std::string table(const Json& silences, Timestamp now) {
  if (silences.empty()) return "no silences\n";
  std::vector<std::vector<std::string>> rows = {
      {"ID", "STATE", "MATCHERS", "STARTS", "ENDS", "BY", "COMMENT"}};
  for (const Json& each : silences) {
    rows.push_back({text_of(each, "id"), text_of(each.value("status", Json::object()), "state"),
                    matchers_text(each), moment_text(time_of(each, "startsAt"), now),
                    moment_text(time_of(each, "endsAt"), now), text_of(each, "createdBy"),
                    text_of(each, "comment")});
  }
  return table_of(rows);
}

int query(const Options& options) {
  const Timestamp now = engine::wall_clock();
  Service::Parameters parameters;
  for (const Matcher& each : parse_matcher_words(options.matchers)) {
    parameters.emplace_back("filter", each.to_string());
  }
  Service service(options.service);
  Json found = Json::array();
  for (const Json& each : service.get("/api/v2/silences", parameters)) {
    if (wanted(each, options, now)) found.push_back(each);
  }
  if (options.quiet) {
    std::string ids;
    for (const Json& each : found) ids += text_of(each, "id") + "\n";
    print_out(ids);
  } else {
    print_out(options.format == "json" ? pretty(found) : table(found, now));
  }
  return 0;
}

}  // namespace

Command add_silence_query(CLI::App& silence) {
  const auto options = std::make_shared<Options>();
  CLI::App* app =
      silence.add_subcommand("query", "List silences; in JSON, for `tocsin silence import`, too");
  app->add_option("MATCHER", options->matchers, "Only silences that have these very matchers");
  app->add_option("--id", options->ids, "Only this one, whatever its state")
      ->allow_extra_args(false);
  app->add_option("--created-by", options->created_by, "Only those of this author");
  app->add_option("--within", options->within, "Only those that end (or ended) so near, like 2h");
  app->add_flag("--expired", options->expired, "Those that are over instead of the others");
  app->add_flag("--all", options->all, "Those that are over, too");
  app->add_flag("-q,--quiet", options->quiet, "Only ids, for `tocsin silence expire`");
  app->add_option("-o,--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  add_service_options(*app, options->service);
  return {app, [options] { return query(*options); }};
}

}  // namespace tocsin::cli
