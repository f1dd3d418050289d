#include "engine/book.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/error.h"

namespace tocsin::engine {
namespace {

const std::string kEndedUntil = "alerts_ended_until";
const std::string kHold = "hold/";      // followed by receiver and channel
const std::string kStarts = "starts/";  // the same

/// "receiver/kind/index"; names of receivers may hold slashes, too.
ChannelKey parse_channel(const std::string& text) {
  const std::size_t split = text.rfind('/', text.rfind('/') - 1);
  return {text.substr(0, split), text.substr(split + 1)};
}

/// Two times with a blank in between.
Hold parse_hold(const std::string& text) {
  const std::size_t blank = text.find(' ');
  return {parse_rfc3339(text.substr(0, blank)), parse_rfc3339(text.substr(blank + 1))};
}

/// Milliseconds since the epoch, with blanks in between.
notify::Starts parse_starts(const std::string& text) {
  notify::Starts starts;
  std::istringstream words(text);
  for (Duration::rep time = 0; words >> time;) starts.emplace_back(Duration(time));
  return starts;
}

std::string text_of(const notify::Starts& starts) {
  std::string text;
  for (const Timestamp start : starts) {
    fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? "" : " ",
                   start.time_since_epoch().count());
  }
  return text;
}

}  // namespace

Book::Book(journal::Journal& journal)
    : journal_(journal),
      writing_(mutex_, std::defer_lock),
      alerts_(std::make_shared<Alerts>()),
      labels_(std::make_shared<LabelIndex>()),
      silences_(std::make_shared<route::Silences>()),
      inhibitions_(std::make_shared<route::Inhibitions>()),
      muted_groups_(std::make_shared<MutedGroups>()) {
  journal::Contents contents = journal.load();
  for (const std::string& complaint : contents.complaints) spdlog::error("journal: {}", complaint);
  alerts_->reserve(contents.alerts.size());
  memberships_.reserve(contents.alerts.size());
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
  load_facts(contents.meta);
  last_row_id_ = contents.last_outbox_id;
  for (notify::OutboxRow& row : contents.outbox) {
    // It may have been in flight when the service ended: from now on it counts as tried, and as
    // perhaps heard, whatever became of earlier attempts.
    row.attempts = std::max(row.attempts, 1);
    row.unheard = 0;
    put_row(std::move(row));
  }
}

void Book::load_facts(const std::map<std::string, std::string>& facts) {
  const auto ended = facts.find(kEndedUntil);
  if (ended != facts.end()) ended_until_ = parse_rfc3339(ended->second);
  for (auto at = facts.lower_bound(kHold); at != facts.end() && at->first.starts_with(kHold);
       ++at) {
    if (!at->second.empty())
      holds_[parse_channel(at->first.substr(kHold.size()))] = parse_hold(at->second);
  }
  for (auto at = facts.lower_bound(kStarts); at != facts.end() && at->first.starts_with(kStarts);
       ++at) {
    starts_[parse_channel(at->first.substr(kStarts.size()))] = parse_starts(at->second);
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

std::vector<const notify::OutboxRow*> Book::rows(const std::string& group_id,
                                                 const ChannelKey& channel) const {
  std::vector<const notify::OutboxRow*> found = rows(group_id);
  std::erase_if(found, [&](const notify::OutboxRow* row) {
    const notify::Notification& about = *row->notification;
    return about.receiver != channel.receiver || about.channel != channel.channel;
  });
  return found;
}

std::vector<const notify::OutboxRow*> Book::rows(const std::string& group_id) const {
  std::vector<const notify::OutboxRow*> found;
  const auto at = rows_by_group_.find(group_id);
  if (at == rows_by_group_.end()) return found;
  for (const std::int64_t id : at->second) found.push_back(&outbox_.at(id));
  return found;
}

void Book::set_ended_until(Timestamp at) {
  ended_until_ = at;
  apply(journal::PutMeta{kEndedUntil, format_rfc3339(at)});
}

void Book::hold(const ChannelKey& channel, Hold hold) {
  holds_[channel] = hold;
  apply(journal::PutMeta{
      kHold + channel.receiver + "/" + channel.channel,
      fmt::format("{} {}", format_rfc3339(hold.since), format_rfc3339(hold.until))});
}

void Book::end_hold(const ChannelKey& channel) {
  if (holds_.erase(channel) == 0) return;
  apply(journal::PutMeta{kHold + channel.receiver + "/" + channel.channel, ""});
}

void Book::set_starts(const ChannelKey& channel, notify::Starts starts) {
  const auto at = starts_.find(channel);
  if (at == starts_.end() ? starts.empty() : at->second == starts) return;
  apply(journal::PutMeta{kStarts + channel.receiver + "/" + channel.channel, text_of(starts)});
  starts_[channel] = std::move(starts);
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

void Book::log_each(Timestamp at, EventKind kind, std::vector<Fingerprint> alerts,
                    std::string subject, std::string detail) {
  if (alerts.empty()) return;
  pending_.push_back(
      journal::AddEvents{{at, kind, 0, std::move(subject), std::move(detail)}, std::move(alerts)});
}

void Book::refresh_alert(AlertPtr alert) {
  begin();
  put_alert(std::move(alert));
}

void Book::set_inhibit_rules(std::vector<route::InhibitRule> rules) {
  begin();
  inhibitions_ = std::make_shared<route::Inhibitions>(std::move(rules));
  for (const auto& [fingerprint, alert] : *alerts_) inhibitions_->put(*alert);
}

void Book::set_muted(const std::string& group_id, std::vector<std::string> intervals) {
  const auto at = muted_groups_->find(group_id);
  if (at == muted_groups_->end() ? intervals.empty() : at->second == intervals) return;
  begin();
  if (muted_groups_.use_count() > 1) muted_groups_ = std::make_shared<MutedGroups>(*muted_groups_);
  if (intervals.empty()) {
    muted_groups_->erase(group_id);
  } else {
    (*muted_groups_)[group_id] = std::move(intervals);
  }
}

void Book::start_attempt(std::int64_t row_id) {
  begin();
  notify::OutboxRow& row = outbox_.at(row_id);
  ++row.attempts;
  not_due(row);
}

void Book::count_unheard(std::int64_t row_id) {
  begin();
  notify::OutboxRow& row = outbox_.at(row_id);
  row.unheard = std::min(row.unheard + 1, row.attempts);
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

void Book::write(const std::vector<journal::Change>& changes) {
  const auto start = std::chrono::steady_clock::now();
  journal_.commit(changes);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  last_commit_seconds_ = took.count();
  commit_seconds_ += took.count();
}

bool Book::commit() {
  if (!pending_.empty()) {
    begin();
    try {
      write(pending_);
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
    backlog_ = pending_.size();
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
    write(all);
  } catch (...) {
    ++failed_commits_;
    writing_.unlock();
    throw;
  }
  pending_.clear();
  failure_.clear();
  backlog_ = 0;
  ++commits_;
  for (const journal::Change& change : changes) apply_to_memory(change);
  writing_.unlock();
}

std::size_t Book::trim(Timestamp before, std::size_t most) {
  try {
    return journal_.trim(before, most);
  } catch (const Error& error) {
    spdlog::error("old timeline entries could not be deleted: {}", error.what());
    return 0;
  }
}

journal::Extent Book::extent() {
  try {
    return journal_.extent();
  } catch (const Error& error) {
    spdlog::error("the size of the journal cannot be told: {}", error.what());
    return {};
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
  labels_ = book.labels_;
  silences_ = book.silences_;
  inhibitions_ = book.inhibitions_;
  muted_groups_ = book.muted_groups_;
}

Book::Snapshot::~Snapshot() {
  // Released under the lock, so that the writer's "am I the only owner?" is ordered after our last
  // read of the shared values.
  const auto lock = book_.read_lock();
  alerts_.reset();
  labels_.reset();
  silences_.reset();
  inhibitions_.reset();
  muted_groups_.reset();
}

}  // namespace tocsin::engine
