#include "journal/notification_codec.h"

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "journal/codec.h"
#include "journal/json_text.h"
#include "model/error.h"

namespace tocsin::journal {
namespace {

constexpr int kVersion = 1;

std::string json_of(std::string_view text) {
  std::string json;
  append_json_text(json, text);
  return json;
}

std::string json_of(Timestamp at) { return fmt::format("{}", at.time_since_epoch().count()); }

std::string json_of(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"+Inf\"" : "\"-Inf\"";
  if (value == 0 && std::signbit(value)) return "-0.0";  // "-0" would be read as an integer
  return fmt::format("{}", value);  // the shortest text that reads back as the same number
}

/// Appends a member to an object that is still open; `json` is its value.
void add(std::string& object, std::string_view name, std::string_view json) {
  if (object.back() != '{') object += ',';
  object += fmt::format("\"{}\":", name);
  object += json;
}

std::string encode_told(const notify::Told& told) {
  const Alert& alert = *told.alert;
  std::string out = "{";
  add(out, "status", json_of(notify::to_string(told.status)));
  add(out, "fingerprint", json_of(format_fingerprint(alert.fingerprint)));
  add(out, "labels", encode_labels(alert.labels));
  add(out, "annotations", encode_labels(alert.annotations));
  add(out, "generator_url", json_of(alert.generator_url));
  add(out, "starts_at", json_of(alert.starts_at));
  if (alert.ends_at) add(out, "ends_at", json_of(*alert.ends_at));
  add(out, "updated_at", json_of(alert.updated_at));
  add(out, "origin", json_of(to_text(alert.origin)));
  add(out, "ends_by_timeout", alert.ends_by_timeout ? "true" : "false");
  if (alert.value) add(out, "value", json_of(*alert.value));
  return out + '}';
}

Timestamp time_of(const nlohmann::json& json) {
  return Timestamp(Duration(json.get<std::int64_t>()));
}

double number_of(const nlohmann::json& json) {
  if (json.is_number()) return json.get<double>();
  const std::string text = text_of(json);
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  throw Error(fmt::format("\"{}\" is not a number", text));
}

notify::Status status_of(const nlohmann::json& json) {
  const std::string text = text_of(json);
  for (const notify::Status status : {notify::Status::Firing, notify::Status::Resolved}) {
    if (text == notify::to_string(status)) return status;
  }
  throw Error(fmt::format("\"{}\" is not a status", text));
}

notify::Told decode_told(const nlohmann::json& json) {
  auto alert = std::make_shared<Alert>();
  alert->fingerprint = parse_fingerprint(text_of(json.at("fingerprint")));
  alert->labels = labels_of(json.at("labels"));
  alert->annotations = labels_of(json.at("annotations"));
  alert->generator_url = text_of(json.at("generator_url"));
  alert->starts_at = time_of(json.at("starts_at"));
  if (json.contains("ends_at")) alert->ends_at = time_of(json.at("ends_at"));
  alert->updated_at = time_of(json.at("updated_at"));
  alert->origin = parse_origin(text_of(json.at("origin")));
  alert->ends_by_timeout = json.at("ends_by_timeout").get<bool>();
  if (json.contains("value")) alert->value = number_of(json.at("value"));
  return {std::move(alert), status_of(json.at("status"))};
}

notify::Notification decode(const nlohmann::json& json) {
  const int version = json.at("version").get<int>();
  if (version != kVersion) {
    throw Error(fmt::format("its format has version {}, known is {}", version, kVersion));
  }
  notify::Notification notification;
  notification.receiver = text_of(json.at("receiver"));
  notification.channel = text_of(json.at("channel"));
  notification.group_id = text_of(json.at("group_id"));
  notification.group_key = text_of(json.at("group_key"));
  notification.group_labels = labels_of(json.at("group_labels"));
  notification.reason = notify::parse_reason(text_of(json.at("reason")));
  notification.decided_at = time_of(json.at("decided_at"));
  notification.external_url = text_of(json.at("external_url"));
  for (const nlohmann::json& told : json.at("alerts")) {
    notification.alerts.push_back(decode_told(told));
  }
  return notification;
}

}  // namespace

std::string encode_notification(const notify::Notification& notification) {
  std::string out = "{";
  add(out, "version", fmt::format("{}", kVersion));
  add(out, "receiver", json_of(notification.receiver));
  add(out, "channel", json_of(notification.channel));
  add(out, "group_id", json_of(notification.group_id));
  add(out, "group_key", json_of(notification.group_key));
  add(out, "group_labels", encode_labels(notification.group_labels));
  add(out, "reason", json_of(notify::to_string(notification.reason)));
  add(out, "decided_at", json_of(notification.decided_at));
  add(out, "external_url", json_of(notification.external_url));
  add(out, "alerts", "[");
  for (const notify::Told& told : notification.alerts) {
    if (out.back() != '[') out += ',';
    out += encode_told(told);
  }
  return out + "]}";
}

notify::Notification decode_notification(std::string_view json) {
  try {
    return decode(parse_json(json));
  } catch (const nlohmann::json::exception& e) {
    throw Error(fmt::format("it is not a notification ({})", e.what()));
  }
}

}  // namespace tocsin::journal
