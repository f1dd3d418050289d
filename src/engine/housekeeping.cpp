#include "engine/housekeeping.h"

namespace tocsin::engine {
namespace {

constexpr Duration kEvery = std::chrono::seconds{10};
constexpr std::size_t kSlice = 1000;  // rows per turn: a few milliseconds of writing

}  // namespace

Timestamp Housekeeping::tick(Timestamp now) {
  if (now < next_ && next_ <= now + kEvery) return next_;
  next_ = now + kEvery;
  drop_alerts(now);
  drop_silences(now);
  drop_dead_rows(now);
  book_.trim(now - kKeepTimeline, kSlice);
  return next_;
}

void Housekeeping::drop_alerts(Timestamp now) {
  std::vector<Fingerprint> old;
  for (const auto& [ends_at, fingerprint] : book_.endings()) {
    if (ends_at + kKeepResolved > now || old.size() >= kSlice) break;
    if (book_.groups_of(fingerprint).empty()) old.push_back(fingerprint);
  }
  for (const Fingerprint fingerprint : old) book_.apply(journal::DropAlert{fingerprint});
}

void Housekeeping::drop_silences(Timestamp now) {
  std::vector<std::string> old;
  for (const auto& silence : book_.silences().all()) {
    if (silence->ends_at + kKeepSilences <= now && old.size() < kSlice) old.push_back(silence->id);
  }
  for (const std::string& id : old) book_.apply(journal::DropSilence{id});
}

void Housekeeping::drop_dead_rows(Timestamp now) {
  std::vector<std::int64_t> old;
  for (const auto& [id, row] : book_.outbox()) {
    if (row.notification.decided_at + kKeepTimeline > now || old.size() >= kSlice) break;
    if (row.state == notify::RowState::Dead) old.push_back(id);
  }
  for (const std::int64_t id : old) book_.apply(journal::DropOutbox{id});
}

}  // namespace tocsin::engine
