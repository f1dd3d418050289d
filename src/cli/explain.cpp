#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/query_text.h"
#include "cli/query_times.h"
#include "cli/service.h"
#include "cli/words.h"
#include "engine/loop.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

struct Options {
  std::string alert;
  std::string at;
  std::size_t limit = 5;
  std::string format = "text";
  ServiceOptions service;
};

void add_line(std::string& out, std::size_t indent, std::string_view text) {
  out += std::string(indent, ' ') + for_terminal(text) + "\n";
}

void add_texts(std::string& out, std::size_t indent, const Json& object, const char* name) {
  for (const Json& each : object.value(name, Json::array())) {
    if (each.is_string()) add_line(out, indent, each.get<std::string>());
  }
}

void add_rules(std::string& out, const Json& what) {
  for (const Json& rule : what.value("rules", Json::array())) {
    add_line(out, 0,
             fmt::format("rule {} ({}, group {})", text_of(rule, "name"), text_of(rule, "file"),
                         text_of(rule, "group")));
    add_line(out, 2, "expr: " + text_of(rule, "expression"));
    add_texts(out, 2, rule, "text");
  }
}

void add_routes(std::string& out, const Json& what) {
  const Json routes = what.value("routes", Json::array());
  if (routes.empty()) return;
  add_line(out, 0, "routes");
  std::vector<std::vector<std::string>> rows;
  for (const Json& route : routes) {
    const std::size_t depth = route.value("depth", std::size_t{0});
    const std::string key = text_of(route, "route");
    rows.push_back(
        {std::string(2 + 2 * depth, ' ') + key.substr(key.rfind('/') + 1), text_of(route, "text")});
  }
  out += table_of(rows);
}

void add_mutes(std::string& out, const Json& what) {
  const Json mutes = what.value("mutes", Json::array());
  if (mutes.empty()) return;
  add_line(out, 0, "silences and inhibition");
  for (const Json& mute : mutes) {
    add_line(out, 2, (mute.value("holds", false) ? "yes: " : "no: ") + text_of(mute, "text"));
  }
}

void add_groups(std::string& out, const Json& what) {
  for (const Json& group : what.value("groups", Json::array())) {
    add_line(out, 0, "group " + text_of(group, "key"));
    add_texts(out, 2, group, "text");
    for (const Json& channel : group.value("channels", Json::array())) {
      add_line(out, 2, text_of(group, "receiver") + "/" + text_of(channel, "name"));
      add_texts(out, 4, channel, "text");
    }
  }
}

void add_timeline(std::string& out, const Json& what) {
  const Json events = what.value("timeline", Json::array());
  if (events.empty()) return;
  add_line(out, 0, "timeline");
  std::vector<std::vector<std::string>> rows;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    rows.push_back({"  " + text_of(*event, "at"), text_of(*event, "kind"),
                    text_of(*event, "subject"), text_of(*event, "detail")});
  }
  out += table_of(rows);
}

std::string text_of_one(const Json& what) {
  std::string out;
  add_line(
      out, 0,
      fmt::format("{} {}", text_of(what, "fingerprint"), labels_of(what, "labels").to_string()));
  add_line(out, 0,
           fmt::format("{}{}", text_of(what, "state"),
                       what.value("past", false) ? " at " + text_of(what, "at") : ""));
  add_texts(out, 2, what, "why");
  add_line(out, 0, what.value("past", false) ? "who had been told" : "who is told next");
  add_texts(out, 2, what, "answer");
  add_rules(out, what);
  add_routes(out, what);
  add_mutes(out, what);
  add_groups(out, what);
  add_timeline(out, what);
  return out;
}

std::string text_of_all(const Json& answer, const std::string& alert) {
  const Json all = answer.value("explanations", Json::array());
  if (all.empty()) {
    return fmt::format(
        "nothing is known of {}: no alert that is pending, firing or lately over, "
        "and no rule of that name\n",
        for_terminal(alert));
  }
  std::string out;
  for (const Json& each : all) out += (out.empty() ? "" : "\n") + text_of_one(each);
  const std::size_t total = answer.value("total", std::size_t{0});
  if (total > all.size()) {
    out += fmt::format("\nand {} more alerts: name one, or see --limit\n", total - all.size());
  }
  return out;
}

int explain(const Options& options) {
  Service::Parameters parameters = {{"alert", options.alert},
                                    {"limit", fmt::format("{}", options.limit)}};
  if (!options.at.empty()) {
    parameters.emplace_back(
        "at", format_rfc3339(parse_instant("--at", options.at, engine::wall_clock())));
  }
  const Json answer = Service(options.service).get("/api/tocsin/v1/explain", parameters);
  print_out(options.format == "json" ? pretty(answer) : text_of_all(answer, options.alert));
  return answer.value("explanations", Json::array()).empty() ? 1 : 0;
}

}  // namespace

Command add_explain(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "explain", "Why an alert is pending, firing or over, who was told, and who will be");
  app->add_option("ALERT", options->alert,
                  "Its name, matchers like 'alertname=\"X\",instance=\"y\"', or its fingerprint")
      ->required();
  app->add_option("--at", options->at,
                  "How it was then: 2026-01-02T15:04:05Z, or before now, like -2h");
  app->add_option("--limit", options->limit, "At most so many alerts")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app->add_option("-o,--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_service_options(*app, options->service);
  return {app, [options] { return explain(*options); }};
}

}  // namespace tocsin::cli
