#include "journal/memory_journal.h"

#include <algorithm>
#include <tuple>

#include "model/error.h"

namespace tocsin::journal {
namespace {

bool asked_for(const Event& event, const EventQuery& query) {
  return (!query.fingerprint || event.fingerprint == *query.fingerprint) &&
         (query.subject.empty() || event.subject == query.subject) &&
         (!query.from || event.at >= *query.from) && (!query.to || event.at <= *query.to);
}

}  // namespace

void MemoryJournal::commit(std::span<const Change> changes) {
  const std::lock_guard lock(mutex_);
  if (failures_due_ > 0) {
    --failures_due_;
    throw Error("the journal was told to fail");
  }
  for (const Change& change : changes) {
    journal::apply(contents_, change);
    if (const auto* add = std::get_if<AddEvent>(&change)) add_event(add->event);
    if (const auto* add = std::get_if<AddEvents>(&change)) {
      Event event = add->event;
      for (const Fingerprint alert : add->alerts) {
        event.fingerprint = alert;
        add_event(event);
      }
    }
    if (const auto* put = std::get_if<PutSilence>(&change)) add_silence_version(*put);
    if (const auto* drop = std::get_if<DropSilence>(&change)) silences_.erase(drop->id);
  }
  if (keep_ == Keep::EveryBatch) batches_.emplace_back(changes.begin(), changes.end());
}

Contents MemoryJournal::load() {
  const std::lock_guard lock(mutex_);
  return contents_;
}

std::vector<Event> MemoryJournal::events(const EventQuery& query) {
  const std::lock_guard lock(mutex_);
  std::vector<Event> found;
  for (auto at = events_.rbegin(); at != events_.rend() && found.size() < query.limit; ++at) {
    if (asked_for(*at, query)) found.push_back(*at);
  }
  return found;
}

std::vector<SilenceVersion> MemoryJournal::silence_versions(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto at = silences_.find(id);
  return at == silences_.end() ? std::vector<SilenceVersion>() : at->second;
}

std::size_t MemoryJournal::trim(Timestamp before, std::size_t most) {
  const std::lock_guard lock(mutex_);
  const auto keep = std::ranges::lower_bound(events_, before, {}, &Event::at);
  const std::size_t old = static_cast<std::size_t>(keep - events_.begin());
  const std::size_t gone = std::min(old, most);
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(gone));
  return gone + trim_silences(before, most - gone);
}

Extent MemoryJournal::extent() {
  const std::lock_guard lock(mutex_);
  Extent extent;
  for (const Event& each : events_) {
    extent.bytes += sizeof each + each.subject.size() + each.detail.size();
  }
  if (!events_.empty()) extent.oldest_event = events_.front().at;
  return extent;
}

void MemoryJournal::fail_next_commits(int count) {
  const std::lock_guard lock(mutex_);
  failures_due_ = count;
}

void MemoryJournal::add_event(const Event& event) {
  events_.insert(std::ranges::upper_bound(events_, event.at, {}, &Event::at), event);
}

void MemoryJournal::add_silence_version(const PutSilence& put) {
  std::vector<SilenceVersion>& versions = silences_[put.silence.id];
  std::int64_t version = 1;
  if (!versions.empty()) {
    version = versions.back().version + 1;
    versions.back().superseded_at = put.silence.updated_at;
  }
  versions.push_back({version, put.silence, put.changed_by, std::nullopt});
}

std::size_t MemoryJournal::trim_silences(Timestamp before, std::size_t most) {
  std::vector<std::tuple<Timestamp, std::string, std::int64_t>> old;
  for (const auto& [id, versions] : silences_) {
    for (const SilenceVersion& each : versions) {
      if (each.superseded_at && *each.superseded_at < before) {
        old.emplace_back(*each.superseded_at, id, each.version);
      }
    }
  }
  std::ranges::sort(old);
  old.resize(std::min(old.size(), most));
  for (const auto& gone : old) {
    std::erase_if(silences_[std::get<1>(gone)],
                  [&](const SilenceVersion& each) { return each.version == std::get<2>(gone); });
  }
  return old.size();
}

}  // namespace tocsin::journal
