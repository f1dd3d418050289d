#include "cli/routes_report.h"

#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/routes.h"
#include "cli/words.h"
#include "model/text.h"

namespace tocsin::cli {
namespace {

using route::RouteStep;
using Kind = RouteStep::Kind;
using Json = nlohmann::json;

std::string step_text(const RouteStep& step, const Labels& labels) {
  switch (step.kind) {
    case Kind::Descends:
      return "matches, and so does something below it";
    case Kind::Takes:
      return "matches: tells " + step.route->receiver;
    case Kind::Refuses:
      return fmt::format("no: {} is {}", step.refused->name(),
                         quote(labels.get(step.refused->name())));
    case Kind::NotTried:
      return "not tried: what took the alert before it does not continue";
  }
  return "";
}

std::string walk_text(const config::Config& config, const Labels& labels) {
  std::vector<std::vector<std::string>> rows;
  for (const RouteStep& step : route::walk(config.route, labels)) {
    rows.push_back(
        {std::string(2 * step.depth, ' ') + condition_text(*step.route), step_text(step, labels)});
  }
  return table_of(rows);
}

/// Why the first flush is kept back; empty when it is not.
std::string muting_text(const Outlook& outlook) {
  std::string text;
  if (!outlook.muted_by.empty()) {
    text = fmt::format("muted by {}", fmt::join(outlook.muted_by, ", "));
  }
  if (!outlook.inactive_by.empty()) {
    text += fmt::format("{}outside of {}", text.empty() ? "" : "; ",
                        fmt::join(outlook.inactive_by, ", "));
  }
  return text;
}

std::string first_text(const Outlook& outlook, Timestamp now) {
  const std::string wait = outlook.route->group_wait == Duration(0)
                               ? "at once"
                               : "after group_wait " + format_duration(outlook.route->group_wait);
  const std::string muting = muting_text(outlook);
  if (muting.empty()) return fmt::format("{}, {}", moment_text(outlook.first_flush, now), wait);
  const std::string then = outlook.first_message
                               ? "not before " + moment_text(*outlook.first_message, now)
                               : "never within a year";
  return fmt::format("{}: {} at {}", then, muting, moment_text(outlook.first_flush, now));
}

std::string outlook_text(const Outlook& outlook, Timestamp now) {
  const route::Route& route = *outlook.route;
  const std::string group =
      outlook.group.empty() ? "all alerts of this route together" : outlook.group.to_string();
  return table_of({{"  route", route.key},
                   {"  group", group},
                   {"  first message", first_text(outlook, now)},
                   {"  then", fmt::format("every {} when there is news, again after {}",
                                          format_duration(route.group_interval),
                                          format_duration(route.repeat_interval))}});
}

std::string inhibition_text(const config::Config& config, const Labels& labels) {
  std::string text;
  for (const route::InhibitRule* rule : rules_that_could_inhibit(config, labels)) {
    text += fmt::format("inhibited while an alert fires that matches {}",
                        for_terminal(to_string(rule->source_matchers)));
    for (const std::string& name : rule->equal) {
      text += fmt::format(", {}={}", for_terminal(name), quote(labels.get(name)));
    }
    if (!rule->name.empty()) text += fmt::format(" (rule {})", quote(rule->name));
    text += '\n';
  }
  return text;
}

const char* word_of(Kind kind) {
  switch (kind) {
    case Kind::Descends:
      return "descends";
    case Kind::Takes:
      return "takes";
    case Kind::Refuses:
      return "refuses";
    case Kind::NotTried:
      return "not_tried";
  }
  return "";
}

Json outlook_json(const Outlook& outlook) {
  const route::Route& route = *outlook.route;
  Json json = {{"receiver", route.receiver},
               {"route", route.key},
               {"groupLabels", json_of(outlook.group)},
               {"groupWait", format_duration(route.group_wait)},
               {"groupInterval", format_duration(route.group_interval)},
               {"repeatInterval", format_duration(route.repeat_interval)},
               {"mutedBy", outlook.muted_by},
               {"outsideOf", outlook.inactive_by},
               {"firstFlush", format_rfc3339(outlook.first_flush)},
               {"firstMessage", nullptr}};
  if (outlook.first_message) json["firstMessage"] = format_rfc3339(*outlook.first_message);
  return json;
}

}  // namespace

std::string routes_text(const config::Config& config, const Labels& labels, Timestamp now) {
  std::string text = walk_text(config, labels);
  for (const route::Route* each : route::match(config.route, labels)) {
    text += fmt::format("\n{}\n{}", for_terminal(each->receiver),
                        outlook_text(outlook(config, *each, labels, now), now));
  }
  const std::string inhibition = inhibition_text(config, labels);
  if (!inhibition.empty()) text += "\n" + inhibition;
  return text;
}

Json routes_json(const config::Config& config, const Labels& labels, Timestamp now) {
  Json json = {{"labels", json_of(labels)},  {"at", format_rfc3339(now)},
               {"receivers", Json::array()}, {"outlooks", Json::array()},
               {"walk", Json::array()},      {"inhibitRules", Json::array()}};
  for (const route::Route* each : route::match(config.route, labels)) {
    json["receivers"].push_back(each->receiver);
    json["outlooks"].push_back(outlook_json(outlook(config, *each, labels, now)));
  }
  for (const RouteStep& step : route::walk(config.route, labels)) {
    Json entry = {{"route", step.route->key}, {"result", word_of(step.kind)}};
    if (step.refused != nullptr) entry["refusedBy"] = step.refused->to_string();
    json["walk"].push_back(std::move(entry));
  }
  for (const route::InhibitRule* rule : rules_that_could_inhibit(config, labels)) {
    json["inhibitRules"].push_back({{"name", rule->name},
                                    {"sourceMatchers", to_string(rule->source_matchers)},
                                    {"equal", rule->equal}});
  }
  return json;
}

}  // namespace tocsin::cli
