#include "query/script/starts.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/text.h"

namespace tocsin::query {
namespace {

constexpr std::string_view kSuffix = "@st";
constexpr std::string_view kBlanks = " \t";

/// "-1m", "30s", "+1ms", "0"
Duration signed_duration(const std::string& text) {
  const bool has_sign = text.starts_with('-') || text.starts_with('+');
  const Duration length = parse_duration(text.substr(has_sign ? 1 : 0));
  return text.starts_with('-') ? -length : length;
}

void repeat(Starts& starts, std::optional<Duration> value, std::size_t count, Duration step = {}) {
  if (count > kMaxSequence || starts.size() + count > kMaxSequence) {
    throw Error(fmt::format("these are more than {} values", kMaxSequence));
  }
  for (std::size_t i = 0; i < count; ++i) {
    starts.push_back(value);
    if (value) *value += step;
  }
}

Duration last_known(const Starts& starts) {
  for (auto start = starts.rbegin(); start != starts.rend(); ++start) {
    if (*start) return **start;
  }
  return Duration{0};
}

/// `_`, `*` (the same as before), `-1m`, each with `x3`, or `30s-1mx3`.
void add_item(Starts& starts, const std::string& item) {
  static const RE2 same(R"(([_*])(?:x(\d+))?)");
  static const RE2 lengths(R"(([+-]?\d+[a-wyz]*)(?:([+-]\d+[a-wyz]*)?x(\d+))?)");
  std::string first, step, times;
  std::size_t count = 0;
  if (RE2::FullMatch(item, same, &first, &times)) {
    if (!times.empty() && !RE2::FullMatch(times, R"((\d+))", &count)) count = kMaxSequence + 1;
    if (first == "_") return repeat(starts, std::nullopt, times.empty() ? 1 : count);
    return repeat(starts, last_known(starts), count + 1);
  }
  if (!RE2::FullMatch(item, lengths, &first, &step, &times)) {
    throw Error(fmt::format("invalid start {}; write _, *, -1m, -1mx3 or 30s-1mx3", quote(item)));
  }
  if (!times.empty() && !RE2::FullMatch(times, R"((\d+))", &count)) count = kMaxSequence;
  repeat(starts, signed_duration(first), count + 1,
         step.empty() ? Duration{0} : signed_duration(step));
}

Starts parse_starts(std::string_view text) {
  Starts starts;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return starts;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    add_item(starts, std::string(text.substr(0, end)));
    text.remove_prefix(end);
  }
}

}  // namespace

bool is_starts_line(std::string_view line) {
  const std::size_t end = line.find_first_of(kBlanks);
  return end != std::string_view::npos && line.substr(0, end).ends_with(kSuffix);
}

void LoadReader::add(std::string_view line) {
  if (is_starts_line(line)) return add_starts(line);
  SeriesLine series = parse_series_line(line);
  load_.starts.push_back(starts_for(series));
  load_.series.push_back(std::move(series));
}

void LoadReader::add_starts(std::string_view line) {
  finish();
  const std::size_t end = line.find_first_of(kBlanks);
  Starts starts = parse_starts(line.substr(end));
  if (end == kSuffix.size()) {
    default_ = std::move(starts);
    return;
  }
  pending_of_ = parse_series(line.substr(0, end - kSuffix.size()));
  pending_ = std::move(starts);
}

Starts LoadReader::starts_for(const SeriesLine& series) {
  Starts starts;
  if (pending_of_) {
    if (*pending_of_ != series.labels || pending_.size() != series.values.size()) {
      throw Error("a line with @st has to be followed by the same series with as many values");
    }
    pending_of_.reset();
    return std::move(pending_);
  }
  for (std::size_t i = 0; i < series.values.size() && !default_.empty(); ++i) {
    starts.push_back(default_[i % default_.size()]);
  }
  return starts;
}

void LoadReader::finish() const {
  if (pending_of_) throw Error("a line with @st has no series behind it");
}

}  // namespace tocsin::query
