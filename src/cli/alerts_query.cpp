#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/alerts.h"
#include "cli/service.h"
#include "cli/words.h"
#include "engine/loop.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

struct Options {
  std::vector<std::string> matchers;
  std::string receiver;
  bool active = false;
  bool silenced = false;
  bool inhibited = false;
  std::string format = "table";
  ServiceOptions service;
};

/// "active", or what keeps it from being told: "silenced by ID".
std::string state_of(const Json& alert) {
  const Json status = alert.value("status", Json::object());
  std::string text;
  for (const auto& [member, word] :
       {std::pair{"silencedBy", "silenced"}, std::pair{"inhibitedBy", "inhibited"},
        std::pair{"mutedBy", "muted"}}) {
    const Json by = status.value(member, Json::array());
    if (by.empty() || !by.front().is_string()) continue;
    text +=
        fmt::format("{}{} by {}", text.empty() ? "" : ", ", word, by.front().get<std::string>());
  }
  return text.empty() ? text_of(status, "state") : text;
}

std::string receivers_of(const Json& alert) {
  std::string text;
  for (const Json& each : alert.value("receivers", Json::array())) {
    text += (text.empty() ? "" : ", ") + text_of(each, "name");
  }
  return text;
}

std::string summary_of(const Json& alert) {
  const Labels annotations = labels_of(alert, "annotations");
  for (const char* name : {"summary", "description", "message"}) {
    if (annotations.has(name)) return std::string(annotations.get(name));
  }
  return "";
}

std::string table(const Json& alerts, Timestamp now) {
  if (alerts.empty()) return "no alerts\n";
  std::vector<std::vector<std::string>> rows = {
      {"ALERT", "STATE", "SINCE", "RECEIVERS", "LABELS", "SUMMARY"}};
  for (const Json& each : alerts) {
    Labels labels = labels_of(each, "labels");
    const std::string name(labels.get(kAlertName));
    labels.erase(kAlertName);
    rows.push_back({name, state_of(each), moment_text(time_of(each, "startsAt"), now),
                    receivers_of(each), labels.to_string(), summary_of(each)});
  }
  return table_of(rows);
}

Service::Parameters parameters_of(const Options& options) {
  Service::Parameters parameters;
  if (options.active || options.silenced || options.inhibited) {
    const auto text = [](bool flag) { return std::string(flag ? "true" : "false"); };
    parameters = {{"active", text(options.active)},
                  {"silenced", text(options.silenced)},
                  {"inhibited", text(options.inhibited)}};
  }
  if (!options.receiver.empty()) parameters.emplace_back("receiver", options.receiver);
  for (const Matcher& each : parse_matcher_words(options.matchers)) {
    parameters.emplace_back("filter", each.to_string());
  }
  return parameters;
}

int query(const Options& options) {
  const Service::Parameters parameters = parameters_of(options);
  const Json alerts = Service(options.service).get("/api/v2/alerts", parameters);
  print_out(options.format == "json" ? pretty(alerts) : table(alerts, engine::wall_clock()));
  return 0;
}

}  // namespace

Command add_alerts_query(CLI::App& alerts) {
  const auto options = std::make_shared<Options>();
  CLI::App* app =
      alerts.add_subcommand("query", "List the alerts that fire, and what keeps them quiet");
  app->add_option("MATCHER", options->matchers,
                  "Only alerts that all of these hold for; a first one without an operator is the "
                  "name of an alert");
  app->add_option("-r,--receiver", options->receiver,
                  "Only alerts of receivers like this (a regex)");
  app->add_flag("--active", options->active, "Those that nothing keeps quiet");
  app->add_flag("--silenced", options->silenced, "Those that are silenced");
  app->add_flag("--inhibited", options->inhibited, "Those that are inhibited");
  app->add_option("-o,--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  add_service_options(*app, options->service);
  return {app, [options] { return query(*options); }};
}

}  // namespace tocsin::cli
