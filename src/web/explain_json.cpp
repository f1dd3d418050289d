#include "web/explain_json.h"

namespace tocsin::web {
namespace {

using explain::MuteSaid;

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const std::string& each : texts) out.value(each);
  out.end_array();
}

void write_rules(JsonWriter& out, const std::vector<explain::RuleSaid>& rules) {
  out.key("rules").begin_array();
  for (const explain::RuleSaid& each : rules) {
    out.begin_object().field("name", each.name).field("group", each.group);
    out.field("file", each.file).field("expression", each.expression).field("health", each.health);
    if (!each.last_error.empty()) out.field("lastError", each.last_error);
    if (each.value) out.field("value", *each.value);
    write_texts(out, "text", each.text);
    out.end_object();
  }
  out.end_array();
}

void write_routes(JsonWriter& out, const std::vector<explain::RouteSaid>& routes) {
  out.key("routes").begin_array();
  for (const explain::RouteSaid& each : routes) {
    out.begin_object().field("route", each.key).field("receiver", each.receiver);
    out.field("depth", static_cast<double>(each.depth)).field("takes", each.takes);
    out.field("text", each.text).end_object();
  }
  out.end_array();
}

std::string_view word_of(MuteSaid::Kind kind) {
  switch (kind) {
    case MuteSaid::Kind::Silence:
      return "silence";
    case MuteSaid::Kind::Inhibition:
      return "inhibition";
    case MuteSaid::Kind::TimeInterval:
      return "time_interval";
  }
  return "silence";
}

void write_mutes(JsonWriter& out, const std::vector<MuteSaid>& mutes) {
  out.key("mutes").begin_array();
  for (const MuteSaid& each : mutes) {
    out.begin_object().field("kind", word_of(each.kind)).field("holds", each.holds);
    if (!each.by.empty()) out.field("by", each.by);
    if (each.until) out.field("until", format_rfc3339(*each.until));
    out.field("text", each.text).end_object();
  }
  out.end_array();
}

void write_groups(JsonWriter& out, const std::vector<explain::GroupSaid>& groups) {
  out.key("groups").begin_array();
  for (const explain::GroupSaid& each : groups) {
    out.begin_object().field("key", each.key).field("receiver", each.receiver);
    out.field("labels", each.labels).field("nextFlush", format_rfc3339(each.next_flush));
    out.field("members", static_cast<double>(each.members));
    write_texts(out, "text", each.text);
    out.key("channels").begin_array();
    for (const explain::ChannelSaid& channel : each.channels) {
      out.begin_object().field("name", channel.name);
      if (channel.told_at) out.field("toldAt", format_rfc3339(*channel.told_at));
      write_texts(out, "text", channel.text);
      out.field("next", channel.next).end_object();
    }
    out.end_array().end_object();
  }
  out.end_array();
}

}  // namespace

void write_event(JsonWriter& out, const Event& event) {
  out.begin_object().field("at", format_rfc3339(event.at)).field("kind", to_string(event.kind));
  if (event.fingerprint != 0) out.field("fingerprint", format_fingerprint(event.fingerprint));
  if (!event.subject.empty()) out.field("subject", event.subject);
  out.field("detail", event.detail).end_object();
}

void write_explanation(JsonWriter& out, const explain::Explanation& what) {
  out.begin_object().field("at", format_rfc3339(what.at)).field("past", what.past);
  if (what.fingerprint != 0) out.field("fingerprint", format_fingerprint(what.fingerprint));
  out.field("labels", what.labels).field("state", what.state);
  write_texts(out, "answer", what.answer);
  write_texts(out, "why", what.why);
  write_rules(out, what.rules);
  write_routes(out, what.routes);
  write_mutes(out, what.mutes);
  write_groups(out, what.groups);
  out.key("timeline").begin_array();
  for (const Event& event : what.timeline) write_event(out, event);
  out.end_array().end_object();
}

}  // namespace tocsin::web
