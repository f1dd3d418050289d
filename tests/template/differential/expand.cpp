// Expands templates for one message, for who compares what comes of it with Go's own.
//
// Reads lines of JSON: first the message, then {"mode": "text", "html" or "labels" (HTML of the
// labels that all alerts share), "text": "{{ … }}"}, and writes {"text": "…"} or {"error": "…"} for
// each.
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "model/error.h"
#include "notifiers/message_data.h"
#include "notifiers/message_templates.h"
#include "template/key_values.h"

namespace {

using namespace tocsin;

Labels labels_of(const nlohmann::json& json) {
  Labels labels;
  for (const auto& [name, value] : json.items()) labels.set(name, value.get<std::string>());
  return labels;
}

notify::Notification message_of(const nlohmann::json& json) {
  notify::Notification out;
  out.receiver = json["receiver"];
  out.external_url = json["externalURL"];
  out.group_labels = labels_of(json["groupLabels"]);
  for (const auto& each : json["alerts"]) {
    Alert alert;
    alert.labels = labels_of(each["labels"]);
    alert.annotations = labels_of(each["annotations"]);
    alert.fingerprint = alert.labels.fingerprint();
    alert.generator_url = each["generatorURL"];
    alert.starts_at = parse_rfc3339(each["startsAt"].get<std::string>());
    const bool over = each["status"] == "resolved";
    if (over) alert.ends_at = parse_rfc3339(each["endsAt"].get<std::string>());
    out.alerts.push_back({std::make_shared<const Alert>(std::move(alert)),
                          over ? notify::Status::Resolved : notify::Status::Firing});
  }
  return out;
}

nlohmann::json answer(const nlohmann::json& question, const notify::Notification& message) {
  const auto templates = notifiers::MessageTemplates::standard();
  const std::string text = question["text"];
  const Labels labels = message.common_labels();
  const tmpl::Value data = question["mode"] == "labels"
                               ? tmpl::key_values(std::make_shared<const Labels>(labels))
                               : notifiers::message_data(message);
  tmpl::Environment environment;
  environment.now = parse_rfc3339("2026-01-02T03:04:05Z");
  try {
    return {{"text", question["mode"] == "text" ? templates->text(text, data, environment)
                                                : templates->html(text, data, environment)}};
  } catch (const Error& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

int main() {
  std::string line;
  std::getline(std::cin, line);
  const notify::Notification message = message_of(nlohmann::json::parse(line));
  while (std::getline(std::cin, line)) {
    const auto out = answer(nlohmann::json::parse(line), message);
    std::cout << out.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
  }
}
