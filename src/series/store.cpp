#include "series/store.h"

#include <bit>

#include "series/head.h"

namespace tocsin::series {
std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::Added:
    case Outcome::Same:
      return "";
    case Outcome::DuplicateTime:
      return "duplicate sample for timestamp";
    case Outcome::OutOfOrder:
      return "out of order sample";
    case Outcome::TooOld:
      return "too old sample";
    case Outcome::TooFarAhead:
      return "sample is too far ahead of the clock";
    case Outcome::Full:
      return "the memory for series is full: raise its bound, or scrape less";
    case Outcome::Gone:
      return "the series is gone";
  }
  return "";
}

struct Store::Batch::State {
  Head& head;
  std::unique_lock<std::shared_mutex> lock;
  Timestamp now;
};

Store::Store(StoreSettings settings) : head_(std::make_unique<Head>(settings)) {}
Store::~Store() = default;

Store::Batch::Batch(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Batch::Batch(Batch&&) noexcept = default;
Store::Batch::~Batch() = default;

Store::Batch Store::batch(Timestamp now) {
  return Batch(
      std::make_unique<Batch::State>(Batch::State{*head_, std::unique_lock(head_->mutex), now}));
}

Ref Store::Batch::find(const Labels& labels) const {
  const Head& head = state_->head;
  const auto at = head.by_labels.find(labels);
  return at == head.by_labels.end() ? 0 : head.ref(*at);
}

Ref Store::Batch::find_or_make(const Labels& labels) {
  if (const Ref known = find(labels); known != 0) return known;
  Head& head = state_->head;
  if (head.is_full() || labels.size() > kMostLabels) {
    ++head.statistics.refused_full;
    return 0;
  }
  return head.ref(head.make(labels));
}

Outcome Store::Batch::add(Ref ref, Timestamp at, double value) {
  Head& head = state_->head;
  Series* series = head.at(ref);
  if (series == nullptr) return Outcome::Gone;
  const std::int64_t time = milliseconds(at);
  const auto bits = std::bit_cast<std::uint64_t>(value);
  if (!series->open.empty() && time <= series->open.last()) {
    if (time == series->open.last()) {
      if (bits == series->open.last_value()) return Outcome::Same;
      ++head.statistics.duplicates;
      return Outcome::DuplicateTime;
    }
    ++head.statistics.out_of_order;
    return Outcome::OutOfOrder;
  }
  const bool too_old = at < state_->now - head.settings.retention;
  if (too_old || at > state_->now + kMostAhead) {
    ++head.statistics.out_of_bounds;
    return too_old ? Outcome::TooOld : Outcome::TooFarAhead;
  }
  if (head.is_full()) {
    ++head.statistics.refused_full;
    return Outcome::Full;
  }
  head.append(*series, time, bits);
  ++head.statistics.appended;
  return Outcome::Added;
}

Outcome Store::Batch::add(const Labels& labels, Timestamp at, double value) {
  const Ref ref = find_or_make(labels);
  return ref == 0 ? Outcome::Full : add(ref, at, value);
}

Timestamp Store::Batch::last_time(Ref ref) const {
  const Series* series = state_->head.at(ref);
  if (series == nullptr || !series->has_samples()) return {};
  return Timestamp(Duration(series->last()));
}

void Store::set_bounds(Duration retention, std::size_t max_bytes) {
  const std::unique_lock lock(head_->mutex);
  head_->settings.retention = retention;
  head_->settings.max_bytes = max_bytes;
}

StoreStatistics Store::statistics() const {
  const std::shared_lock lock(head_->mutex);
  StoreStatistics out = head_->statistics;
  out.bytes = head_->memory();
  out.max_bytes = head_->settings.max_bytes;
  out.retention = head_->settings.retention;
  return out;
}

void Store::truncate(Timestamp now, std::size_t at_most) {
  const std::unique_lock lock(head_->mutex);
  Head& head = *head_;
  const std::int64_t oldest = milliseconds(now - head.settings.retention);
  std::vector<Slot> gone;
  for (; at_most > 0 && !head.places.empty(); --at_most) {
    if (head.next_truncated >= head.places.size()) head.next_truncated = 0;
    const Slot slot = head.next_truncated++;
    if (head.drop_chunks(head.places[slot], oldest)) gone.push_back(slot);
    if (head.next_truncated >= head.places.size()) break;
  }
  head.remove(gone);
}

}  // namespace tocsin::series
