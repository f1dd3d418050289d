#include "notifiers/message_data.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "notifiers/message_samples.h"
#include "notifiers/message_templates.h"
#include "notifiers/rendering.h"
#include "template/alertmanager.h"
#include "template/key_values.h"

namespace tocsin::notifiers {
namespace {

tmpl::Value key_values(Labels labels) {
  return tmpl::key_values(std::make_shared<const Labels>(std::move(labels)));
}

/// Part of an alert, which lives as long as the value does.
tmpl::Value shared(const AlertPtr& alert, const Labels& part) {
  return tmpl::key_values(std::shared_ptr<const Labels>(alert, &part));
}

/// Go's zero time, which an alert that fires ends at.
Timestamp never() { return std::chrono::sys_days(std::chrono::year{1} / std::chrono::January / 1); }

tmpl::Value alert_value(const notify::Told& told) {
  const Alert& alert = *told.alert;
  const bool over = told.status == notify::Status::Resolved;
  tmpl::Object object;
  object.type = "template.Alert";
  object.fields = {
      {"Status", notify::to_string(told.status), "status"},
      {"Labels", shared(told.alert, alert.labels), "labels"},
      {"Annotations", shared(told.alert, alert.annotations), "annotations"},
      {"StartsAt", alert.starts_at, "startsAt"},
      {"EndsAt", over ? alert.ends_at.value_or(never()) : never(), "endsAt"},
      {"GeneratorURL", tmpl::Text{alert.generator_url, told.alert}, "generatorURL"},
      {"Fingerprint", format_fingerprint(alert.fingerprint), "fingerprint"},
  };
  return object;
}

tmpl::Value data_with(const notify::Notification& notification, std::string_view reason,
                      const Labels& route_labels) {
  tmpl::List alerts;
  alerts.type = kAlerts;
  alerts.items.reserve(notification.alerts.size());
  for (const notify::Told& told : notification.alerts) alerts.items.push_back(alert_value(told));
  tmpl::Object data;
  data.type = "*template.Data";
  data.fields = {
      {"Receiver", regex_escaped(notification.receiver), "receiver"},
      {"Status", notify::to_string(notification.status()), "status"},
      {"Alerts", std::move(alerts), "alerts"},
      {"NotificationReason", reason, "notification_reason"},
      {"GroupLabels", key_values(notification.group_labels), "groupLabels"},
      {"CommonLabels", key_values(notification.common_labels()), "commonLabels"},
      {"CommonAnnotations", key_values(notification.common_annotations()), "commonAnnotations"},
      {"RouteLabels", key_values(route_labels), "routeLabels"},
      {"ExternalURL", notification.external_url, "externalURL"},
  };
  return data;
}

/// Those alerts of the list that have the status.
tmpl::Function alerts_with(std::string_view name, notify::Status status) {
  const std::string_view wanted = notify::to_string(status);
  return {
      .name = name, .params = {kAlerts}, .body = [wanted](auto arguments, auto&) -> tmpl::Value {
        tmpl::List some;
        some.type = "[]template.Alert";
        for (const tmpl::Value& alert : arguments[0].list()->items) {
          if (*alert.object()->find("Status")->text() == wanted) some.items.push_back(alert);
        }
        return some;
      }};
}

bool are_plain(const Labels& route_labels) {
  return std::none_of(route_labels.begin(), route_labels.end(),
                      [](const LabelView& each) { return holds_template(each.value); });
}

/// Expands route labels, those that another one asks for first.
class RouteLabels {
 public:
  RouteLabels(const Labels& raw, const MessageTemplates& templates, tmpl::Value data,
              tmpl::Environment environment)
      : raw_(raw), templates_(templates), data_(std::move(data)), environment_(environment) {}

  Labels run() {
    ask_ = [this](std::string_view name) { return value_of(name); };
    environment_.route_label = &ask_;
    for (const LabelView& label : raw_) value_of(label.name);
    return std::move(done_);
  }

  /// The circle that run() came to, in words; else empty.
  const std::string& circle() const { return circle_; }

 private:
  std::string value_of(std::string_view name) {
    if (done_.has(name)) return std::string(done_.get(name));
    if (!raw_.has(name)) return "";
    constexpr std::size_t kMostUnderWay = 20;  // each has a stack of its own templates
    if (under_way_.size() == kMostUnderWay ||
        std::find(under_way_.begin(), under_way_.end(), name) != under_way_.end()) {
      circle_ = fmt::format("route labels ask for one another in a circle, or too deeply: {} -> {}",
                            fmt::join(under_way_, " -> "), name);
      throw Error(circle_);
    }
    under_way_.emplace_back(name);
    const std::string value = templates_.text(raw_.get(name), data_, environment_);
    under_way_.pop_back();
    done_.set(name, value);
    return value;
  }

  const Labels& raw_;
  const MessageTemplates& templates_;
  tmpl::Value data_;
  tmpl::Environment environment_;
  std::function<std::string(std::string_view)> ask_;
  std::vector<std::string> under_way_;
  std::string circle_;
  Labels done_;
};

}  // namespace

tmpl::Value message_data(const notify::Notification& notification, const Labels& route_labels) {
  return data_with(notification, notify::to_string(notification.reason), route_labels);
}

Labels expand_route_labels(const Labels& route_labels, const notify::Notification& notification,
                           const MessageTemplates& templates, Timestamp now) {
  if (are_plain(route_labels)) return route_labels;
  tmpl::Environment environment;
  environment.now = now;
  return RouteLabels(route_labels, templates, data_with(notification, "unknown", {}), environment)
      .run();
}

std::string circle_of(const Labels& route_labels, const MessageTemplates& templates) {
  if (are_plain(route_labels)) return "";
  const notify::Notification message = sample_messages().front();
  tmpl::Environment environment;
  environment.now = message.decided_at;
  RouteLabels labels(route_labels, templates, data_with(message, "unknown", {}), environment);
  try {
    labels.run();
  } catch (const Error&) {  // what fails otherwise may do so for this message alone
  }
  return labels.circle();
}

const tmpl::Functions& message_functions() {
  static const tmpl::Functions kTable = tmpl::alertmanager_functions().with(
      tmpl::Functions({}, {{kAlerts, alerts_with("Firing", notify::Status::Firing)},
                           {kAlerts, alerts_with("Resolved", notify::Status::Resolved)}}));
  return kTable;
}

std::string regex_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace tocsin::notifiers
