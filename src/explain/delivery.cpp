// What the channels of the alert's groups were told, and what would have to happen for a message to
// go out.
#include <algorithm>

#include <fmt/format.h>

#include "explain/parts.h"
#include "model/moment.h"

namespace tocsin::explain {
namespace {

using notify::RowState;
using notify::Status;

/// What a channel is looked at with.
struct Look {
  const Facts& facts;
  const GroupFacts& group;
  const route::Route& route;
  const notifiers::Channel& channel;
  const ChannelFacts& known;
  Timestamp now;

  bool over() const { return !facts.alert || facts.alert->resolved(now); }
};

const route::Route* route_of(const config::Config& config, const std::string& id) {
  for (const route::Route* each : route::all_routes(config.route)) {
    if (each->id == id) return each;
  }
  return nullptr;
}

const notify::Told* find(const std::vector<notify::Told>& alerts, Fingerprint fingerprint) {
  const auto at = std::find_if(alerts.begin(), alerts.end(), [fingerprint](const auto& told) {
    return told.alert->fingerprint == fingerprint;
  });
  return at == alerts.end() ? nullptr : &*at;
}

std::string told_text(const Look& look) {
  const auto& told = look.known.told;
  if (!told) return "was never told anything about this group";
  const std::string when = moment_text(told->at, look.now);
  const bool fires = told->firing.contains(look.facts.fingerprint);
  if (fires && told->resolved.contains(look.facts.fingerprint)) {
    return fmt::format(
        "was told about the group at {}; whether it heard last that this alert fires or that it is "
        "over is in doubt",
        when);
  }
  if (fires) {
    return fmt::format("was told at {} that it fires", when);
  }
  if (told->resolved.contains(look.facts.fingerprint)) {
    return fmt::format("was told at {} that it is over", when);
  }
  return fmt::format("was told about the group at {}, without this alert", when);
}

std::string row_text(const Look& look, const RowFacts& facts) {
  const notify::OutboxRow& row = facts.row;
  const notify::Told* told = find(row.notification->alerts, look.facts.fingerprint);
  const std::string what = fmt::format(
      "message {} ({}, decided at {}, {})", row.id, to_string(row.notification->reason),
      moment_text(row.notification->decided_at, look.now),
      told == nullptr ? "without this alert" : fmt::format("says {}", to_string(told->status)));
  if (row.state == RowState::Dead) {
    return fmt::format(
        "{} was given up after {} attempts: {}; `tocsin outbox retry {}` tries again", what,
        row.attempts, row.last_error, row.id);
  }
  if (facts.under_way) return fmt::format("{} is under way, attempt {}", what, row.attempts);
  Timestamp at = row.retry_at;
  std::string why = row.last_error.empty() ? "" : "; last error: " + row.last_error;
  if (look.known.held_until && *look.known.held_until >= std::max(at, look.now)) {
    at = *look.known.held_until;
    why += "; the destination asked for this pause";
  } else if (look.known.free_at && *look.known.free_at > std::max(at, look.now)) {
    at = *look.known.free_at;
    why += fmt::format("; its rate_limit is {}", to_string(look.channel.rate_limit));
  }
  if (at <= look.now) return fmt::format("{} waits for its turn{}", what, why);
  return fmt::format("{} is tried again at {}, attempt {}{}", what, moment_text(at, look.now),
                     row.attempts + 1, why);
}

/// What the next decision starts from: see engine/flush.cpp.
std::optional<notify::TellRecord> known_to(const ChannelFacts& channel) {
  for (const RowFacts& each : channel.rows) {
    if (each.row.state == RowState::Pending && each.row.perhaps_heard()) {
      return notify::record_of(*each.row.notification, each.row.notification->decided_at);
    }
  }
  return channel.told;
}

/// The first flush at which repeat_interval is over.
Timestamp repeat_at(const Look& look, Timestamp told_at) {
  const Timestamp due = told_at + look.route.repeat_interval;
  Timestamp at = look.group.group.next_flush;
  if (at >= due || look.route.group_interval <= Duration{0}) return std::max(at, due);
  const Duration left = due - at;
  const auto flushes = (left + look.route.group_interval - Duration{1}) / look.route.group_interval;
  return at + flushes * look.route.group_interval;
}

std::string quiet_text(const Look& look, notify::Quiet quiet,
                       const std::optional<notify::TellRecord>& known) {
  if (look.over() && !look.channel.send_resolved) {
    return "nothing: it is over, and send_resolved is off here";
  }
  switch (quiet) {
    case notify::Quiet::NothingFiring:
      return known ? "nothing: nothing fires, and the channel knows"
                   : "nothing: the channel never heard that anything fires, so the end is no news";
    case notify::Quiet::NothingNew:
      return "nothing: there is no news";
    case notify::Quiet::RepeatNotDue:
      break;
  }
  return fmt::format(
      "nothing new, and repeat_interval {} says not before {}; the flush at {} repeats it",
      format_duration(look.route.repeat_interval),
      moment_text(known->at + look.route.repeat_interval, look.now),
      moment_text(repeat_at(look, known->at), look.now));
}

/// The pending message that says how the alert is now.
const RowFacts* on_its_way(const Look& look) {
  for (const RowFacts& each : look.known.rows) {
    const notify::Told* told = find(each.row.notification->alerts, look.facts.fingerprint);
    const Status status = look.over() ? Status::Resolved : Status::Firing;
    if (each.row.state == RowState::Pending && told != nullptr && told->status == status) {
      return &each;
    }
  }
  return nullptr;
}

std::string flush_text(const Look& look) {
  const Timestamp flush = look.group.group.next_flush;
  const std::string when = flush <= look.now ? "now" : "at " + moment_text(flush, look.now);
  return look.group.group.flushed ? fmt::format("{} (a group speaks once per group_interval {})",
                                                when, format_duration(look.route.group_interval))
                                  : fmt::format("{} (a new group waits for group_wait {})", when,
                                                format_duration(look.route.group_wait));
}

std::string next_decision(const Look& look) {
  const std::optional<notify::TellRecord> known = known_to(look.known);
  const Timestamp flush = std::max(look.group.group.next_flush, look.now);
  const notify::Decision decision =
      notify::decide(look.group.heard, known ? &*known : nullptr,
                     {look.channel.send_resolved, look.route.repeat_interval}, flush);
  if (!decision.say) return quiet_text(look, decision.quiet, known);
  if (look.over() && !look.channel.send_resolved) {
    return "nothing: it is over, and send_resolved is off here";
  }
  return fmt::format("nothing is in the way: the next flush {} tells ({})", flush_text(look),
                     to_string(*decision.say));
}

std::string next_text(const Look& look, const std::vector<MuteSaid>& mutes) {
  for (const MuteSaid& mute : mutes) {
    if (mute.holds) return "nothing while it is muted: " + mute.text;
  }
  if (const RowFacts* row = on_its_way(look)) return row_text(look, *row);
  if (look.facts.hold_until && *look.facts.hold_until > look.now) {
    return fmt::format("nothing before {}: --dispatch.start-delay",
                       moment_text(*look.facts.hold_until, look.now));
  }
  return next_decision(look);
}

ChannelSaid channel_said(const Look& look, const std::vector<MuteSaid>& mutes) {
  ChannelSaid said;
  said.name = look.channel.name;
  if (look.known.told) said.told_at = look.known.told->at;
  said.text.push_back(told_text(look));
  for (const RowFacts& each : look.known.rows) said.text.push_back(row_text(look, each));
  said.next = next_text(look, mutes);
  return said;
}

/// What becomes of an alert that no group has.
std::string ungrouped_text(const Facts& facts, const Explanation& out) {
  if (out.state == "pending") return "nobody is told before it fires";
  if (out.state == "firing") return "it is in no group yet";
  if (out.state == "resolved") return "it is over and has left its groups: nobody is told anything";
  for (const RuleSaid& rule : out.rules) {
    if (!rule.last_error.empty()) return "its rule cannot be evaluated: " + rule.last_error;
  }
  return facts.fingerprint == 0 ? "its rule has nothing to tell" : "there is nothing to tell";
}

void add_group(const Facts& facts, const GroupFacts& group, Timestamp now, Explanation& out) {
  const route::Route* route = route_of(*facts.config, group.group.route_id);
  const config::Receiver* receiver =
      route == nullptr ? nullptr : facts.config->receiver(route->receiver);
  if (receiver == nullptr) return;
  GroupSaid said{group.group.key,
                 route->receiver,
                 group.group.labels,
                 group.group.next_flush,
                 group.members,
                 {},
                 {}};
  said.text.push_back(fmt::format("{} alerts, opened at {}, {} at {}", group.members,
                                  moment_text(group.group.created_at, now),
                                  group.group.flushed ? "next flush" : "first flush",
                                  moment_text(group.group.next_flush, now)));
  std::vector<MuteSaid> mutes = out.mutes;
  for (MuteSaid& each : time_mutes(*facts.config, *route, now)) {
    said.text.push_back(each.text);
    mutes.push_back(std::move(each));
  }
  for (const ChannelFacts& known : group.channels) {
    const auto channel =
        std::find_if(receiver->channels.begin(), receiver->channels.end(),
                     [&](const notifiers::Channel& each) { return each.name == known.name; });
    if (channel == receiver->channels.end()) continue;
    said.channels.push_back(channel_said({facts, group, *route, *channel, known, now}, mutes));
    out.answer.push_back(
        fmt::format("{}/{}: {}", receiver->name, known.name, said.channels.back().next));
  }
  if (receiver->channels.empty()) {
    out.answer.push_back(receiver->name + ": it has no channels, so nobody hears of it");
  }
  out.groups.push_back(std::move(said));
}

}  // namespace

void add_groups(const Facts& facts, Timestamp now, Explanation& out) {
  for (const GroupFacts& group : facts.groups) add_group(facts, group, now, out);
  if (facts.groups.empty()) out.answer.push_back(ungrouped_text(facts, out));
}

}  // namespace tocsin::explain
