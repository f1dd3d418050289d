#include "engine/book.h"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "model/error.h"

namespace tocsin::engine {

Book::Book(journal::Journal& journal)
    : journal_(journal),
      writing_(mutex_, std::defer_lock),
      alerts_(std::make_shared<Alerts>()),
      silences_(std::make_shared<route::Silences>()) {
  journal::Contents contents = journal.load();
  for (const std::string& complaint : contents.complaints) spdlog::error("journal: {}", complaint);
  for (AlertPtr& alert : contents.alerts) put_alert(std::move(alert));
  for (route::Silence& silence : contents.silences) silences_->put(std::move(silence));
  for (auto& [rule_id, actives] : contents.rule_states) {
    rule_states_[rule_id] = std::make_shared<state::Actives>(std::move(actives));
  }
  for (group::Group& group : contents.groups) put_group(std::move(group));
  for (const auto& [group_id, members] : contents.members) {
    for (const Fingerprint member : members) add_member(group_id, member);
  }
  for (notify::TellRecord& record : contents.tell_records) {
    const auto at = groups_.find(record.group_id);
    if (at == groups_.end()) continue;
    const ChannelKey channel{record.receiver, record.channel};
    at->second.told[channel] = std::move(record);
  }
  last_row_id_ = contents.last_outbox_id;
  for (notify::OutboxRow& row : contents.outbox) {
    // It may have been in flight when the service ended: from now on it counts as tried.
    row.attempts = std::max(row.attempts, 1);
    put_row(std::move(row));
  }
}

AlertPtr Book::alert(Fingerprint fingerprint) const {
  const auto at = alerts_->find(fingerprint);
  return at == alerts_->end() ? nullptr : at->second;
}

const GroupEntry* Book::group(const std::string& id) const {
  const auto at = groups_.find(id);
  return at == groups_.end() ? nullptr : &at->second;
}

const std::unordered_set<std::string>& Book::groups_of(Fingerprint fingerprint) const {
  static const std::unordered_set<std::string> kNone;
  const auto at = memberships_.find(fingerprint);
  return at == memberships_.end() ? kNone : at->second;
}

std::vector<const notify::OutboxRow*> Book::rows(const std::string& group_id,
                                                 const ChannelKey& channel) const {
  std::vector<const notify::OutboxRow*> found;
  const auto at = rows_by_target_.find({group_id, channel});
  if (at == rows_by_target_.end()) return found;
  for (const std::int64_t id : at->second) found.push_back(&outbox_.at(id));
  return found;
}

std::vector<const notify::OutboxRow*> Book::rows(const std::string& group_id) const {
  std::vector<const notify::OutboxRow*> found;
  for (auto at = rows_by_target_.lower_bound({group_id, ChannelKey{}});
       at != rows_by_target_.end() && at->first.first == group_id; ++at) {
    for (const std::int64_t id : at->second) found.push_back(&outbox_.at(id));
  }
  return found;
}

std::int64_t Book::next_row_id() { return ++last_row_id_; }

void Book::begin() {
  if (!writing_.owns_lock()) writing_.lock();
}

void Book::apply(journal::Change change) {
  begin();
  apply_to_memory(change);
  pending_.push_back(std::move(change));
}

void Book::log(Timestamp at, EventKind kind, Fingerprint fingerprint, std::string subject,
               std::string detail) {
  pending_.push_back(
      journal::AddEvent{{at, kind, fingerprint, std::move(subject), std::move(detail)}});
}

void Book::refresh_alert(AlertPtr alert) {
  begin();
  put_alert(std::move(alert));
}

void Book::count_attempt(std::int64_t row_id) {
  begin();
  ++outbox_.at(row_id).attempts;
}

state::Actives Book::take_actives(const std::string& rule_id) {
  begin();
  const auto at = rule_states_.find(rule_id);
  if (at == rule_states_.end()) return {};
  if (at->second.use_count() == 1) return std::move(*at->second);
  return *at->second;
}

void Book::give_actives(const std::string& rule_id, state::Actives actives) {
  begin();
  if (actives.empty()) {
    rule_states_.erase(rule_id);
    return;
  }
  auto& slot = rule_states_[rule_id];
  if (slot && slot.use_count() == 1) {
    *slot = std::move(actives);
  } else {
    slot = std::make_shared<state::Actives>(std::move(actives));
  }
}

bool Book::commit() {
  if (!pending_.empty()) {
    begin();
    try {
      journal_.commit(pending_);
      pending_.clear();
      ++commits_;
      if (!failure_.empty()) spdlog::warn("the journal can be written again: nothing is missing");
      failure_.clear();
    } catch (const Error& error) {
      ++failed_commits_;
      if (failure_ != error.what()) {
        spdlog::error(
            "the journal cannot be written, {} changes wait in memory only (evaluation and "
            "notification go on): {}",
            pending_.size(), error.what());
      }
      failure_ = error.what();
    }
  }
  if (writing_.owns_lock()) writing_.unlock();
  return failure_.empty();
}

void Book::commit_now(const std::vector<journal::Change>& changes) {
  if (changes.empty()) return;
  begin();
  try {
    // What waits from a turn that could not be journalled goes first, to keep the order.
    std::vector<journal::Change> all = pending_;
    all.insert(all.end(), changes.begin(), changes.end());
    journal_.commit(all);
  } catch (...) {
    ++failed_commits_;
    writing_.unlock();
    throw;
  }
  pending_.clear();
  failure_.clear();
  ++commits_;
  for (const journal::Change& change : changes) apply_to_memory(change);
  writing_.unlock();
}

void Book::trim(Timestamp before, std::size_t most) {
  try {
    journal_.trim(before, most);
  } catch (const Error& error) {
    spdlog::error("old timeline entries could not be deleted: {}", error.what());
  }
}

bool Book::healthy(std::string* why) const {
  const auto lock = read_lock();
  if (why != nullptr) *why = failure_;
  return failure_.empty();
}

Book::Snapshot::Snapshot(const Book& book) : book_(book) {
  const auto lock = book.read_lock();
  alerts_ = book.alerts_;
  silences_ = book.silences_;
}

Book::Snapshot::~Snapshot() {
  // Released under the lock, so that the writer's "am I the only owner?" is ordered after our last
  // read of the shared values.
  const auto lock = book_.read_lock();
  alerts_.reset();
  silences_.reset();
}

}  // namespace tocsin::engine
