// /api/v2/alerts/groups and /api/v2/receivers, as Alertmanager answers them.
#include <algorithm>
#include <map>
#include <tuple>

#include "model/error.h"
#include "notifiers/message_data.h"
#include "web/alert_filter.h"
#include "web/handlers.h"
#include "web/refusal.h"

namespace tocsin::web {
namespace {

using Names = std::vector<std::string>;

/// Fewer labels first, then by names and values.
bool ordered(const engine::GroupShown& a, const engine::GroupShown& b) {
  const auto key = [](const engine::GroupShown& group) {
    return std::tuple<std::size_t, const Labels&, const std::string&>(group.labels.size(),
                                                                      group.labels, group.receiver);
  };
  return key(a) < key(b);
}

/// The receivers of all groups that an alert is in.
std::map<Fingerprint, Names> receivers_by_alert(const std::vector<engine::GroupShown>& groups) {
  std::map<Fingerprint, Names> receivers;
  for (const engine::GroupShown& group : groups) {
    for (const AlertPtr& alert : group.alerts) {
      receivers[alert->fingerprint].push_back(group.receiver);
    }
  }
  for (auto& [fingerprint, names] : receivers) std::sort(names.begin(), names.end());
  return receivers;
}

/// The route's labels as their templates have it of this group; as they are written where one
/// fails.
Labels route_labels_of(const engine::GroupShown& group, const config::Config& config,
                       const std::string& external_url, Timestamp now) {
  if (group.route_labels.empty()) return {};
  notify::Notification notification;
  notification.receiver = group.receiver;
  notification.group_labels = group.labels;
  notification.external_url = external_url;
  notification.decided_at = now;
  for (const AlertPtr& alert : group.alerts) {
    notification.alerts.push_back(
        {alert, alert->resolved(now) ? notify::Status::Resolved : notify::Status::Firing});
  }
  try {
    return notifiers::expand_route_labels(group.route_labels, notification, *config.templates, now);
  } catch (const Error&) {
    return group.route_labels;
  }
}

/// A group is shown if it has an alert to show. Returns whether it has.
bool write_group(JsonWriter& out, const engine::GroupShown& group, const Labels& route_labels,
                 const AlertFilter& filter, const std::map<Fingerprint, Names>& receivers,
                 const engine::Book::Snapshot& snapshot, Duration resolve_timeout, Timestamp now) {
  bool any = false;
  for (const AlertPtr& alert : group.alerts) {
    if (alert->resolved(now) || !all_match(filter.matchers, alert->labels)) continue;
    AlertStatus status = status_of(snapshot, *alert, now);
    if (!filter.wants(status)) continue;
    if (!any) out.begin_object().key("alerts").begin_array();
    any = true;
    status.muted_by = group.muted_by;
    write_alert(out, *alert, status, receivers.at(alert->fingerprint), now + resolve_timeout);
  }
  if (!any) return false;
  out.end_array().field("labels", group.labels);
  out.key("receiver").begin_object().field("name", group.receiver).end_object();
  out.field("routeLabels", route_labels).end_object();
  return true;
}

Response get_groups(engine::Engine& engine, const Request& request, MatcherSyntax syntax,
                    Timestamp now) {
  std::optional<AlertFilter> filter;
  try {
    filter.emplace(request, syntax);
  } catch (const Error& error) {
    return bad_request(error.what());
  }
  const bool muted = request.flag("muted", true);
  const std::shared_ptr<const config::Config> config = engine.config();
  std::vector<engine::GroupShown> groups = engine.groups();
  const auto receivers = receivers_by_alert(groups);
  std::sort(groups.begin(), groups.end(), ordered);
  const engine::Book::Snapshot snapshot(engine.book());
  JsonWriter out;
  out.begin_array();
  for (const engine::GroupShown& group : groups) {
    if (!muted && !group.muted_by.empty()) continue;
    if (!filter->receiver.wants(*config, group.receiver)) continue;
    write_group(out, group, route_labels_of(group, *config, engine.external_url(), now), *filter,
                receivers, snapshot, config->global.resolve_timeout, now);
  }
  return json(out.end_array().take() + "\n");
}

Response get_receivers(engine::Engine& engine, const Request& request, MatcherSyntax syntax) {
  Matchers matchers;
  try {
    matchers = matchers_of(request, "receiver_matchers", syntax);
  } catch (const Error& error) {
    return bad_request(std::string("failed to parse receiver_matchers param: ") + error.what());
  }
  const std::shared_ptr<const config::Config> config = engine.config();
  JsonWriter out;
  out.begin_array();
  for (const config::Receiver& receiver : config->receivers) {
    if (!all_match(matchers, receiver.labels)) continue;
    out.begin_object().field("labels", receiver.labels).field("name", receiver.name).end_object();
  }
  return json(out.end_array().take() + "\n");
}

}  // namespace

void add_groups_api(Router& router, engine::Engine& engine, const About& about) {
  const MatcherSyntax syntax = about.matchers;
  router.add("GET", "/api/v2/alerts/groups",
             gives_json([&engine, syntax](const Request& request, Timestamp now) {
               return get_groups(engine, request, syntax, now);
             }));
  router.add("GET", "/api/v2/receivers",
             gives_json([&engine, syntax](const Request& request, Timestamp) {
               return get_receivers(engine, request, syntax);
             }));
}

}  // namespace tocsin::web
