#include "journal/notification_codec.h"

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "journal/codec.h"
#include "journal/json_text.h"
#include "model/error.h"

namespace tocsin::journal {
namespace {

constexpr int kVersion = 3;
constexpr int kWordyReferences = 2;  // their times were since the epoch; 1 knew no references

void append_time(std::string& out, Timestamp at) {
  append_integer(out, at.time_since_epoch().count());
}

/// Appends members to an object that is still open. There are many of them in a burst of
/// notifications, hence no text in between.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }

  /// The name of a member whose value is appended next.
  std::string& name(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void text(std::string_view name, std::string_view text) {
    append_json_text(this->name(name), text);
  }
  void time(std::string_view name, Timestamp at) { append_time(this->name(name), at); }
  void integer(std::string_view name, std::int64_t number) {
    append_integer(this->name(name), number);
  }
  void labels(std::string_view name, const Labels& labels) {
    append_labels(this->name(name), labels);
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

std::string json_of(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"+Inf\"" : "\"-Inf\"";
  if (value == 0 && std::signbit(value)) return "-0.0";  // "-0" would be read as an integer
  return fmt::format("{}", value);  // the shortest text that reads back as the same number
}

void append_told(std::string& out, const notify::Told& told) {
  const Alert& alert = *told.alert;
  Members members(out);
  members.text("status", notify::to_string(told.status));
  members.text("fingerprint", format_fingerprint(alert.fingerprint));
  members.labels("labels", alert.labels);
  members.labels("annotations", alert.annotations);
  members.text("generator_url", alert.generator_url);
  members.time("starts_at", alert.starts_at);
  if (alert.ends_at) members.time("ends_at", *alert.ends_at);
  members.time("updated_at", alert.updated_at);
  members.text("origin", to_text(alert.origin));
  members.name("ends_by_timeout") += alert.ends_by_timeout ? "true" : "false";
  if (alert.value) members.name("value") += json_of(*alert.value);
  members.end();
}

/// Milliseconds counted from `from`.
Timestamp time_of(const nlohmann::json& json, Timestamp from = Timestamp()) {
  Duration::rep since_epoch = 0;
  if (__builtin_add_overflow(from.time_since_epoch().count(), json.get<std::int64_t>(),
                             &since_epoch)) {
    throw Error("a time lies too far away");
  }
  return Timestamp(Duration(since_epoch));
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

notify::Status status_of_number(const nlohmann::json& json) {
  const auto number = json.get<std::int64_t>();
  if (number != 0 && number != 1) throw Error(fmt::format("{} is not a status", number));
  return number == 1 ? notify::Status::Firing : notify::Status::Resolved;
}

/// What is the same of all references in a notification.
struct References {
  int version = kVersion;
  Timestamp decided_at;  ///< what times count from, which makes them short
};

/// [fingerprint, whether it fires, starts_at, updated_at, ends_at where it has one]
void append_reference(std::string& out, const References& all, const notify::Told& told) {
  const Alert& alert = *told.alert;
  const auto append = [&](Timestamp at) {
    append_integer(out += ',', (at - all.decided_at).count());
  };
  append_integer(out += '[', static_cast<std::int64_t>(alert.fingerprint));
  out += told.status == notify::Status::Firing ? ",1" : ",0";
  append(alert.starts_at);
  append(alert.updated_at);
  if (alert.ends_at) append(*alert.ends_at);
  out += ']';
}

notify::Told decode_reference(const nlohmann::json& json, const References& all,
                              const FindAlert& find) {
  const auto fingerprint = static_cast<Fingerprint>(json.at(0).get<std::int64_t>());
  const AlertPtr known = find ? find(fingerprint) : nullptr;
  if (!known) {
    throw Error(fmt::format("there is no alert {}", format_fingerprint(fingerprint)));
  }
  const bool wordy = all.version <= kWordyReferences;
  const notify::Status status = wordy ? status_of(json.at(1)) : status_of_number(json.at(1));
  const Timestamp from = wordy ? Timestamp() : all.decided_at;
  const Timestamp starts_at = time_of(json.at(2), from);
  const Timestamp updated_at = time_of(json.at(3), from);
  const std::optional<Timestamp> ends_at =
      json.size() > 4 ? std::optional(time_of(json.at(4), from)) : std::nullopt;
  if (known->starts_at == starts_at && known->updated_at == updated_at &&
      known->ends_at == ends_at) {
    return {known, status};
  }
  auto alert = std::make_shared<Alert>(*known);
  alert->starts_at = starts_at;
  alert->updated_at = updated_at;
  alert->ends_at = ends_at;
  return {std::move(alert), status};
}

notify::Told decode_told(const nlohmann::json& json, const References& all, const FindAlert& find) {
  if (json.is_array()) return decode_reference(json, all, find);
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

notify::Notification decode(const nlohmann::json& json, const FindAlert& find) {
  const int version = json.at("version").get<int>();
  if (version < 1 || version > kVersion) {
    throw Error(fmt::format("its format has version {}, known are 1 to {}", version, kVersion));
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
  if (json.contains("route_labels")) {
    notification.route_labels = labels_of(json.at("route_labels"));
  }
  for (const nlohmann::json& told : json.at("alerts")) {
    notification.alerts.push_back(decode_told(told, {version, notification.decided_at}, find));
  }
  return notification;
}

}  // namespace

std::string encode_notification(const notify::Notification& notification) {
  return encode_notification(notification, [](const Alert&) { return false; });
}

std::string encode_notification(const notify::Notification& notification,
                                const std::function<bool(const Alert&)>& is_elsewhere) {
  constexpr std::size_t kTypicalAlert = 128;
  std::string out;
  out.reserve(kTypicalAlert * (1 + notification.alerts.size()));
  Members members(out);
  members.integer("version", kVersion);
  members.text("receiver", notification.receiver);
  members.text("channel", notification.channel);
  members.text("group_id", notification.group_id);
  members.text("group_key", notification.group_key);
  members.labels("group_labels", notification.group_labels);
  members.text("reason", notify::to_string(notification.reason));
  members.time("decided_at", notification.decided_at);
  members.text("external_url", notification.external_url);
  if (!notification.route_labels.empty()) members.labels("route_labels", notification.route_labels);
  members.name("alerts") += '[';
  for (const notify::Told& told : notification.alerts) {
    if (out.back() != '[') out += ',';
    if (is_elsewhere(*told.alert)) {
      append_reference(out, {kVersion, notification.decided_at}, told);
    } else {
      append_told(out, told);
    }
  }
  out += ']';
  members.end();
  return out;
}

notify::Notification decode_notification(std::string_view json, const FindAlert& find) {
  try {
    return decode(parse_json(json), find);
  } catch (const nlohmann::json::exception& e) {
    throw Error(fmt::format("it is not a notification ({})", e.what()));
  }
}

}  // namespace tocsin::journal
