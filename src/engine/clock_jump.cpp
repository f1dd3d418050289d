// What each tick does when the clock was set back (a wrong clock that was put right, a virtual
// machine that was moved): its timers are points in time, and would wait for what was the future.
#include <algorithm>

#include "engine/delivery.h"
#include "engine/dispatch.h"
#include "engine/evaluation_run.h"
#include "engine/intake.h"
#include "rule/schedule.h"

namespace tocsin::engine {
namespace {

/// The longest pause that notify::back_off makes.
constexpr Duration kLongestPause = std::chrono::minutes{5};

/// The alert with no time of it after `now`. One that fires has waited for as long as it had.
state::Active not_after(state::Active active, Timestamp now) {
  if (active.fired_at && *active.fired_at > now) {
    active.active_at -= *active.fired_at - now;
    active.fired_at = now;
  }
  active.active_at = std::min(active.active_at, now);
  if (active.keep_firing_since) active.keep_firing_since = std::min(*active.keep_firing_since, now);
  return active;
}

/// The clocks of `for` and `keep_firing_for` have started now at the latest.
void set_back_rule_states(Book& book, Timestamp now) {
  std::vector<std::string> rule_ids;
  for (const auto& [rule_id, actives] : book.rule_states()) rule_ids.push_back(rule_id);
  for (const std::string& rule_id : rule_ids) {
    state::Actives actives = book.take_actives(rule_id);
    for (auto& [fingerprint, active] : actives) {
      state::Active earlier = not_after(active, now);
      if (earlier == active) continue;
      active = std::move(earlier);
      book.apply(journal::PutRuleState{rule_id, active});
    }
    book.give_actives(rule_id, std::move(actives));
  }
}

}  // namespace

void Evaluation::clock_set_back(Timestamp now) {
  for (const auto& run : runs_) {
    if (run->running && run->due > now) {  // what is answered yet is as of now
      run->due = now;
      run->realign = true;
    }
    if (run->running || run->due <= now + run->group->interval) continue;
    due_.erase({run->due, run->index});
    run->due = rule::first_due(*run->group, now);
    due_.insert({run->due, run->index});
  }
  set_back_rule_states(book_, now);
  // An alert that resolved in what is the future now would fire once more.
  std::vector<AlertPtr> over;
  for (auto at = book_.endings().upper_bound(now); at != book_.endings().end(); ++at) {
    for (const Fingerprint fingerprint : at->second) {
      const AlertPtr alert = book_.alert(fingerprint);
      if (alert->origin == Origin::Rule) over.push_back(alert);
    }
  }
  for (const AlertPtr& alert : over) {
    auto ended = std::make_shared<Alert>(*alert);
    ended->ends_at = now;
    book_.apply(journal::PutAlert{std::move(ended)});
  }
}

void Intake::clock_set_back(Timestamp now) {
  if (ended_until_ <= now) return;
  const auto& endings = book_.endings();
  std::vector<AlertPtr> over;
  for (auto at = endings.upper_bound(now); at != endings.end() && at->first <= ended_until_; ++at) {
    for (const Fingerprint fingerprint : at->second) over.push_back(book_.alert(fingerprint));
  }
  for (const AlertPtr& alert : over) {
    book_.apply(journal::PutAlert{extended(*alert, now, std::min(alert->updated_at, now))});
  }
  ended_until_ = now;
  book_.set_ended_until(now);
}

void Dispatch::clock_set_back(Timestamp now) {
  hold_until_ = std::min(hold_until_, now);  // by the old clock it may be over
  std::vector<group::Group> late;
  std::vector<notify::TellRecord> told;
  for (const auto& [id, entry] : book_.groups()) {
    for (const auto& [key, record] : entry.told) {
      if (record.at <= now) continue;
      told.push_back(record);
      told.back().at = now;
    }
    const auto route = routes_.find(entry.group.route_id);
    if (route == routes_.end()) continue;
    const Timestamp latest =
        std::max(now + route->second->group_wait, group::next_flush(*route->second, now));
    if (entry.group.next_flush <= latest) continue;
    late.push_back(entry.group);
    late.back().next_flush = latest;
  }
  for (group::Group& group : late) book_.apply(journal::PutGroup{std::move(group)});
  for (notify::TellRecord& record : told) book_.apply(journal::PutTellRecord{std::move(record)});
}

void Delivery::clock_set_back(Timestamp now) {
  const std::map<ChannelKey, Hold> holds = book_.holds();
  for (const auto& [key, hold] : holds) {
    if (hold.since > now) book_.hold(key, {now, now + (hold.until - hold.since)});
  }
  for (const auto& [key, starts] : std::map(book_.starts())) {
    book_.set_starts(key, notify::set_back(starts, now));
  }
  std::vector<notify::OutboxRow> late;
  for (const auto& [id, row] : book_.outbox()) {
    const ChannelKey key{row.notification->receiver, row.notification->channel};
    const Timestamp latest = std::max(now + kLongestPause, held_until(key));
    if (row.state != notify::RowState::Pending || row.retry_at <= latest) continue;
    late.push_back(row);
    late.back().retry_at = latest;
  }
  for (notify::OutboxRow& row : late) {
    book_.apply(journal::PutOutbox{std::move(row), true});
  }
}

}  // namespace tocsin::engine
