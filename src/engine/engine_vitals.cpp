// What the heartbeat goes by, taken from the book and the rules.
#include <algorithm>
#include <map>

#include "engine/engine.h"

namespace tocsin::engine {
namespace {

Vitals::Group group_of(const GroupView& group, Timestamp configured_at) {
  Vitals::Group vital{group.group->key(), std::max(group.status.last_evaluation, configured_at),
                      group.group->interval, !group.rules.empty(), ""};
  for (const RuleView& rule : group.rules) {
    vital.failing = vital.failing && rule.status.health == Health::Failed;
    if (vital.error.empty()) vital.error = rule.status.last_error;
  }
  return vital;
}

/// Rows that were tried in vain, the oldest for each channel.
std::map<ChannelKey, Vitals::Channel> unheard(const Book& book) {
  std::map<ChannelKey, Vitals::Channel> channels;
  for (const auto& [id, row] : book.outbox()) {
    if (row.last_error.empty()) continue;
    const notify::Notification& about = *row.notification;
    channels.try_emplace(ChannelKey{about.receiver, about.channel},
                         Vitals::Channel{about.receiver + "/" + about.channel, about.decided_at,
                                         Timestamp{}, row.last_error});
  }
  return channels;
}

}  // namespace

Vitals Engine::vitals(Timestamp) const {
  Vitals vitals;
  book_.healthy(&vitals.journal_failure);
  const auto rules = evaluation_.view();
  for (const GroupView& group : rules->groups()) {
    vitals.groups.push_back(group_of(group, reload_status_.last_success));
  }
  const auto lock = book_.read_lock();
  std::map<ChannelKey, Vitals::Channel> channels = unheard(book_);
  if (channels.empty()) return vitals;
  for (const auto& [id, entry] : book_.groups()) {
    for (const auto& [key, told] : entry.told) {
      const auto at = channels.find(key);
      if (at != channels.end()) at->second.last_told = std::max(at->second.last_told, told.at);
    }
  }
  for (auto& [key, channel] : channels) vitals.channels.push_back(std::move(channel));
  return vitals;
}

}  // namespace tocsin::engine
