#include "engine/housekeeping.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace tocsin::engine {
namespace {

constexpr Duration kEvery = std::chrono::seconds{10};
constexpr std::size_t kSlice = 1000;  // rows per turn: a few milliseconds of writing
constexpr Duration kNextSlice = std::chrono::milliseconds{100};
constexpr Duration kStretch = std::chrono::minutes{10};

/// The alerts that waiting messages speak of: their rows may refer to them.
FingerprintSet spoken_of(const Book& book) {
  FingerprintSet found;
  for (const auto& [id, row] : book.outbox()) {
    if (row.state != notify::RowState::Pending) continue;
    for (const notify::Told& told : row.notification->alerts) found.insert(told.alert->fingerprint);
  }
  return found;
}

}  // namespace

Timestamp Housekeeping::tick(Timestamp now) {
  if (now < next_ && next_ <= now + kEvery) return next_;
  const std::size_t most = std::max({drop_alerts(now), drop_silences(now), drop_dead_rows(now),
                                     book_.trim(now - kKeepTimeline, kSlice)});
  const std::size_t for_size = drop_for_size();
  // A full slice: there may be more. A busy system makes more in 10 s than one slice takes away.
  next_ = now + (most >= kSlice || for_size > 0 ? kNextSlice : kEvery);
  return next_;
}

std::size_t Housekeeping::drop_for_size() {
  const journal::Extent extent = book_.extent();
  bytes_ = extent.bytes;
  const Timestamp oldest = extent.oldest_event.value_or(Timestamp{});
  oldest_event_ = oldest.time_since_epoch().count();
  if (settings_.most_bytes == 0 || extent.bytes <= settings_.most_bytes || !extent.oldest_event) {
    return 0;
  }
  // A short stretch of time, so that what lies in different tables goes in its order.
  const std::size_t gone = book_.trim(oldest + kStretch, kSlice);
  dropped_for_size_ += gone;
  return gone;
}

std::size_t Housekeeping::drop_alerts(Timestamp now) {
  std::vector<Fingerprint> old;
  std::optional<FingerprintSet> spoken;
  const auto goes = [&](Fingerprint fingerprint) {
    if (book_.is_grouped(fingerprint)) return false;
    if (!spoken) spoken = spoken_of(book_);
    return !spoken->contains(fingerprint);
  };
  for (const auto& [ends_at, alerts] : book_.endings()) {
    if (ends_at + settings_.keep_resolved > now || old.size() >= kSlice) break;
    std::copy_if(alerts.begin(), alerts.end(), std::back_inserter(old), goes);
  }
  old.resize(std::min(old.size(), kSlice));
  for (const Fingerprint fingerprint : old) book_.apply(journal::DropAlert{fingerprint});
  return old.size();
}

std::size_t Housekeeping::drop_silences(Timestamp now) {
  std::vector<std::string> old;
  for (const auto& silence : book_.silences().all()) {
    if (silence->ends_at + settings_.keep_silences <= now && old.size() < kSlice)
      old.push_back(silence->id);
  }
  for (const std::string& id : old) book_.apply(journal::DropSilence{id});
  return old.size();
}

std::size_t Housekeeping::drop_dead_rows(Timestamp now) {
  std::vector<std::int64_t> old;
  for (const auto& [id, row] : book_.outbox()) {
    if (row.notification->decided_at + kKeepTimeline > now || old.size() >= kSlice) break;
    if (row.state == notify::RowState::Dead) old.push_back(id);
  }
  for (const std::int64_t id : old) book_.apply(journal::DropOutbox{id});
  return old.size();
}

}  // namespace tocsin::engine
