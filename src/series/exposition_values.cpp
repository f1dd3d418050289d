#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "model/literal.h"
#include "model/text.h"
#include "series/exposition.h"

namespace tocsin::series {

/// Between a series and its value. The text format needs none behind a brace.
void ExpositionReader::blank() {
  if (open() && !accept(' ')) expected("a single blank and a value");
  if (!open()) skip_blanks();
}

/// Up to the next blank or the end of the line; empty when there is nothing.
std::string_view ExpositionReader::word() {
  const std::size_t begin = at_;
  at_ = std::min(text_.find_first_of(open() ? " \n" : " \t\n", at_), text_.size());
  return text_.substr(begin, at_ - begin);
}

double ExpositionReader::number(std::string_view what) {
  const std::size_t begin = at_;
  const std::string_view text = word();
  if (const std::optional<double> value = parse_sample_value(text)) return *value;
  at_ = begin;
  if (text.empty()) expected(what);
  fail(begin, fmt::format("{} is not {}: write a number, +Inf, -Inf or NaN",
                          quote(truncate_runes(text, 40)), what));
}

std::optional<Timestamp> ExpositionReader::timestamp() {
  if (!open()) return text_timestamp();
  const std::string_view rest = text_.substr(at_);
  if (!rest.starts_with(' ') || rest.starts_with(" # ")) return std::nullopt;
  ++at_;
  return seconds();
}

/// Whole milliseconds.
std::optional<Timestamp> ExpositionReader::text_timestamp() {
  skip_blanks();
  const std::size_t begin = at_;
  const std::string_view text = word();
  if (text.empty()) return std::nullopt;
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  constexpr std::int64_t kFarthest = 9'000'000'000'000'000'000;
  if (error == std::errc() && end == text.data() + text.size() && milliseconds >= -kFarthest &&
      milliseconds <= kFarthest) {
    return Timestamp(Duration(milliseconds));
  }
  fail(begin, fmt::format("{} is not a timestamp: write whole milliseconds since 1970",
                          quote(truncate_runes(text, 40))));
}

/// OpenMetrics' timestamps.
Timestamp ExpositionReader::seconds() {
  const std::size_t begin = at_;
  const double value = number("a timestamp");
  constexpr double kFarthest = 9e15;  // in milliseconds just inside 64 bits
  if (!(std::abs(value) <= kFarthest)) {
    fail(begin, "this is not a timestamp: write seconds since 1970");
  }
  return from_unix_seconds(value);
}

/// ` # {labels} value [timestamp]`
void ExpositionReader::exemplar() {
  aside_.clear();
  aside_.swap(labels_);
  at_ += std::string_view(" # ").size();
  const std::size_t begin = at_;
  labels_.push_back({"", ""});  // where a name would be: labels() shall find none
  labels();
  if (!labels_.front().name.empty()) fail(begin, "an exemplar has labels, but no metric name");
  blank();
  number("the exemplar's value");
  if (accept(' ')) seconds();
  labels_.swap(aside_);
}

}  // namespace tocsin::series
