// Finding series by their labels, and decoding their samples.
#include <algorithm>
#include <numeric>

#include "query/engine/engine.h"
#include "series/head.h"

namespace tocsin::series {
namespace {

/// Whether it holds for a series' label, which is asked once for each value of the label.
class Filter {
 public:
  Filter(const Head& head, const Matcher& matcher)
      : head_(head),
        matcher_(matcher),
        name_(head.symbols.find(matcher.name())),
        matches_empty_(matcher.matches(std::string_view())) {}

  bool matches(const Series& series) {
    if (name_) {
      for (const PackedLabel& label : series.label_span()) {
        if (label.name == *name_) return matches(label.value);
      }
    }
    return matches_empty_;
  }
  bool matches(Symbol value) {
    const auto [known, is_new] = known_.try_emplace(value);
    if (is_new) known.value() = matcher_.matches(head_.symbols.at(value));
    return known->second;
  }

 private:
  const Head& head_;
  const Matcher& matcher_;
  std::optional<Symbol> name_;
  bool matches_empty_;
  tsl::robin_map<Symbol, bool> known_;
};

/// name="value": the index answers it alone.
bool is_looked_up(const Matcher& matcher) {
  return matcher.op() == MatchOp::Equal && !matcher.value().empty();
}

/// Those that have the label with a value that matches.
Slots with_matching_value(const Head& head, const Matcher& matcher) {
  Slots out;
  const auto name = head.symbols.find(matcher.name());
  const Index::Values* values = name ? head.index.values(*name) : nullptr;
  if (values == nullptr) return out;
  for (const Symbol value : *values) {
    if (!matcher.matches(head.symbols.at(value))) continue;
    const Slots& slots = *head.index.with({*name, value});
    out.insert(out.end(), slots.begin(), slots.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// What all name="value" have in common; nothing when there is no such matcher.
std::optional<Slots> looked_up(const Head& head, const Matchers& matchers) {
  std::vector<const Slots*> lists;
  for (const Matcher& matcher : matchers) {
    if (!is_looked_up(matcher)) continue;
    const auto name = head.symbols.find(matcher.name());
    const auto value = head.symbols.find(matcher.value());
    const Slots* list = name && value ? head.index.with({*name, *value}) : nullptr;
    if (list == nullptr) return Slots{};
    lists.push_back(list);
  }
  if (lists.empty()) return std::nullopt;
  std::sort(lists.begin(), lists.end(), [](auto* a, auto* b) { return a->size() < b->size(); });
  Slots out = *lists.front();
  for (std::size_t i = 1; i < lists.size(); ++i) out = intersection(out, *lists[i]);
  return out;
}

Slots every(const Head& head) {
  Slots out;
  for (Slot slot = 0; slot < head.places.size(); ++slot) {
    if (head.places[slot].used) out.push_back(slot);
  }
  return out;
}

/// Where to begin without any name="value": what needs a value, of the metric's name if there is
/// one.
const Matcher* widest(const Matchers& matchers) {
  const Matcher* out = nullptr;
  for (const Matcher& matcher : matchers) {
    if (matcher.matches(std::string_view())) continue;
    if (out == nullptr || matcher.name() == kMetricName) out = &matcher;
  }
  return out;
}

Slots unsorted(const Head& head, const Matchers& matchers) {
  const Matcher* done = nullptr;
  std::optional<Slots> out = looked_up(head, matchers);
  if (!out) {
    done = widest(matchers);
    out = done == nullptr ? every(head) : with_matching_value(head, *done);
  }
  for (const Matcher& matcher : matchers) {
    if (&matcher == done || is_looked_up(matcher)) continue;
    Filter filter(head, matcher);
    std::erase_if(*out, [&](Slot slot) { return !filter.matches(head.places[slot]); });
  }
  return *std::move(out);
}

std::string key_of(const Matchers& matchers) {
  std::string key;
  for (const Matcher& matcher : matchers) {
    key += matcher.name();
    key += '\0';
    key += to_string(matcher.op());
    key += std::to_string(matcher.value().size());
    key += ':';
    key += matcher.value();
  }
  return key;
}

/// What a selection points into. Series of one target have their samples at the same times, which
/// are kept once.
class Decoded {
 public:
  void add(Labels labels, const Columns& columns) {
    const std::size_t count = columns.times.size();
    const bool same = count == last_count_ && std::equal(columns.times.begin(), columns.times.end(),
                                                         times_.end() - static_cast<long>(count));
    if (!same) times_.insert(times_.end(), columns.times.begin(), columns.times.end());
    last_count_ = count;
    rows_.push_back({times_.size() - count, values_.size(), count});
    values_.insert(values_.end(), columns.values.begin(), columns.values.end());
    labels_.push_back(std::move(labels));
  }
  void reserve(std::size_t series) {
    labels_.reserve(series);
    rows_.reserve(series);
  }

  static query::Selection give(std::shared_ptr<Decoded> decoded) {
    query::Selection out;
    out.series.reserve(decoded->rows_.size());
    for (std::size_t i = 0; i < decoded->rows_.size(); ++i) {
      const Row& row = decoded->rows_[i];
      out.series.push_back({&decoded->labels_[i],
                            std::span(decoded->times_).subspan(row.times, row.count),
                            std::span(decoded->values_).subspan(row.values, row.count)});
    }
    out.keeps_alive = std::move(decoded);
    return out;
  }

 private:
  struct Row {
    std::size_t times, values, count;
  };
  std::vector<Labels> labels_;
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
  std::vector<Row> rows_;
  std::size_t last_count_ = 0;
};

void decode(const Series& series, std::int64_t from, std::int64_t to, Columns& into) {
  for (const Chunk& chunk : series.chunks) {
    if (chunk.last() >= from && chunk.first() <= to) decode(chunk.view(), from, to, into);
  }
  if (!series.open.empty() && series.open.last() >= from && series.open.first() <= to) {
    decode(series.open.view(), from, to, into);
  }
}

/// Only its last sample, where it is not after `to`.
bool take_last(const Series& series, std::int64_t from, std::int64_t to, Columns& into) {
  if (series.open.empty() || series.open.last() > to || series.open.last() < from) return false;
  into.times.push_back(series.open.last());
  into.values.push_back(std::bit_cast<double>(series.open.last_value()));
  return true;
}

query::Selection select_from(const Head& head, const Matchers& matchers, Timestamp from,
                             Timestamp to, bool only_last) {
  const std::shared_lock lock(head.mutex);
  const Found found = head.find(matchers);
  const std::int64_t begin = milliseconds(from);
  const std::int64_t end = milliseconds(to);
  auto decoded = std::make_shared<Decoded>();
  decoded->reserve(found->size());
  Columns columns;
  std::size_t selected = 0;
  for (const Slot slot : *found) {
    const Series& series = head.places[slot];
    if (!series.overlaps(begin, end)) continue;
    columns.times.clear();
    columns.values.clear();
    if (!only_last || !take_last(series, begin, end, columns)) decode(series, begin, end, columns);
    if (columns.times.empty()) continue;
    selected += columns.times.size();
    if (selected > head.settings.max_selected) {
      throw query::EvaluationError(
          "query processing would load too many samples into memory in query execution");
    }
    decoded->add(head.labels(series), columns);
  }
  return Decoded::give(std::move(decoded));
}

}  // namespace

Found FoundBefore::get(const std::string& key, std::uint64_t version) {
  const std::lock_guard lock(mutex_);
  if (version != version_) return nullptr;
  const auto at = found_.find(key);
  return at == found_.end() ? nullptr : at->second;
}

void FoundBefore::put(const std::string& key, std::uint64_t version, Found found) {
  constexpr std::size_t kMostSlots = 1'000'000;
  constexpr std::size_t kForEach = 32;  // an entry with its key is counted as so many
  const std::lock_guard lock(mutex_);
  if (version != version_ || slots_ > kMostSlots) {
    found_.clear();
    slots_ = 0;
    version_ = version;
  }
  slots_ += found->size() + kForEach;
  found_.insert_or_assign(key, std::move(found));
}

Found Head::find(const Matchers& matchers) const {
  const std::string key = key_of(matchers);
  if (Found known = found_before.get(key, version)) return known;
  Slots slots = unsorted(*this, matchers);
  std::sort(slots.begin(), slots.end(),
            [this](Slot a, Slot b) { return precedes(places[a], places[b]); });
  auto found = std::make_shared<const Slots>(std::move(slots));
  found_before.put(key, version, found);
  return found;
}

query::Selection Store::select(const Matchers& matchers, Timestamp from, Timestamp to) const {
  return select_from(*head_, matchers, from, to, false);
}

query::Selection Store::latest(const Matchers& matchers, Timestamp from, Timestamp to) const {
  return select_from(*head_, matchers, from, to, true);
}

}  // namespace tocsin::series
