#include "group/group.h"

#include "model/text.h"

namespace tocsin::group {

std::string group_key(const std::string& route_text, const Labels& group_labels) {
  std::string key = route_text + ":{";
  bool first = true;
  for (const LabelView& label : group_labels) {
    if (!first) key += ", ";
    first = false;
    key.append(label.name) += "=" + quote(label.value);
  }
  return key + "}";
}

Group open(const route::Route& route, const Labels& group_labels, Timestamp alert_started,
           Timestamp now) {
  const bool waited_already = alert_started + route.group_wait < now;
  Group group;
  group.id = group_key(route.id, group_labels);
  group.key = group_key(route.key, group_labels);
  group.route_id = route.id;
  group.receiver = route.receiver;
  group.labels = group_labels;
  group.created_at = now;
  group.next_flush = waited_already ? now : now + route.group_wait;
  return group;
}

Timestamp next_flush(const route::Route& route, Timestamp now) {
  return now + route.group_interval;
}

}  // namespace tocsin::group
