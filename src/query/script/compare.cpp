#include "query/script/compare.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "model/text.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

/// Samples of one series, by milliseconds.
using Row = std::map<std::int64_t, SequenceValue>;
using Rows = std::map<Labels, Row>;

std::string text_of(const SequenceValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return format_number(*number);
  const auto* histogram = std::get_if<HistogramValue>(&value);
  if (histogram == nullptr) return "_";
  return histogram->content == nullptr ? "{{…}}" : histogram->content->to_string();
}

SequenceValue value_of(double value, const Storage& storage) {
  if (!is_histogram(value)) return value;
  return HistogramValue{storage.histogram(value)};
}

std::string text_of(const Labels& labels) { return labels.to_string(); }

std::string text_of(const Row& row, bool with_times) {
  std::string text;
  for (const auto& [at, value] : row) {
    text += text_of(value);
    if (with_times) text += "@" + format_duration(Duration(at));
    text += ' ';
  }
  if (!text.empty()) text.pop_back();
  return text;
}

/// What the script does not say of the counter's resets may be anything.
bool equal(const NativeHistogram& expected, const NativeHistogram& got) {
  if (expected.reset && *expected.reset != got.reset.value_or(NativeHistogram::Reset::Unknown)) {
    return false;
  }
  return same_buckets(expected, got, almost_equal);
}

bool equal(const SequenceValue& expected, const SequenceValue& got) {
  const auto* x = std::get_if<double>(&expected);
  const auto* y = std::get_if<double>(&got);
  if (x != nullptr && y != nullptr) return almost_equal(*x, *y);
  const auto* a = std::get_if<HistogramValue>(&expected);
  const auto* b = std::get_if<HistogramValue>(&got);
  if (a == nullptr || b == nullptr) return false;
  if (a->content == nullptr || b->content == nullptr) {
    throw HistogramsNotComputed("the native histogram would have to be computed");
  }
  return equal(*a->content, *b->content);
}

bool equal(const Row& a, const Row& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && equal(x.second, y.second);
  });
}

Rows expected_rows(const Eval& eval) {
  Rows rows;
  const bool is_range = eval.is_range || eval.is_range_vector;
  for (const ExpectedSeries& series : eval.series) {
    Row row;
    std::int64_t at = is_range ? eval.from.time_since_epoch().count() : 0;
    for (const SequenceValue& value : series.values) {
      if (!std::holds_alternative<Gap>(value)) row[at] = value;
      at += eval.step.count();
    }
    rows[series.labels] = std::move(row);
  }
  return rows;
}

/// A line for each series that is not the same; empty when all are.
std::string row_difference(const Rows& expected, const Rows& got, bool with_times) {
  std::string text;
  const auto add = [&](char sign, const Rows::value_type& entry) {
    text +=
        fmt::format("\n  {} {} {}", sign, text_of(entry.first), text_of(entry.second, with_times));
  };
  for (const auto& entry : expected) {
    const auto found = got.find(entry.first);
    if (found != got.end() && equal(entry.second, found->second)) continue;
    add('-', entry);
    if (found != got.end()) add('+', *found);
  }
  for (const auto& entry : got) {
    if (!expected.contains(entry.first)) add('+', entry);
  }
  return text.empty() ? text : "the result is another one (- expected, + got)" + text;
}

/// "PromQL warning: … (1:5)" without the place.
std::string without_place(const std::string& note) {
  const std::size_t open = note.rfind(" (");
  if (open == std::string::npos || !note.ends_with(')')) return note;
  const bool is_place = note.find_first_not_of("0123456789:", open + 2) == note.size() - 1;
  return is_place ? note.substr(0, open) : note;
}

/// Scripts write the place or leave it out.
bool matches(const Expectation& expectation, const std::string& note) {
  return expectation.matches(note) || expectation.matches(without_place(note));
}

std::string listed(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes) text += "\n  + " + note;
  return text;
}

std::string note_difference(const Eval& eval, const std::vector<std::string>& notes,
                            ExpectKind wanted, ExpectKind unwanted, std::string_view what) {
  if (eval.expects(unwanted) && !notes.empty()) {
    return fmt::format("there is an unexpected {}{}", what, listed(notes));
  }
  bool lists_all = false;
  std::vector<const Expectation*> expectations;
  for (const Expectation& each : eval.expectations) {
    if (each.kind != wanted) continue;
    lists_all = lists_all || each.lists_all;
    expectations.push_back(&each);
  }
  for (const Expectation* each : expectations) {
    if (std::none_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return matches(*each, note); })) {
      return fmt::format("no {} is like the expected one\n  - {}{}", what, each->to_string(),
                         listed(notes));
    }
  }
  for (const std::string& note : notes) {
    if (lists_all && std::none_of(expectations.begin(), expectations.end(),
                                  [&](const auto* each) { return matches(*each, note); })) {
      return fmt::format("the {} is not among those expected\n  + {}", what, note);
    }
  }
  return {};
}

std::string order_difference(const Eval& eval, const Samples& got) {
  for (std::size_t i = 0; i < got.size() && i < eval.series.size(); ++i) {
    if (got[i].labels == eval.series[i].labels) continue;
    return fmt::format("the order is another one at place {}\n  - {}\n  + {}", i + 1,
                       text_of(eval.series[i].labels), text_of(got[i].labels));
  }
  return {};
}

std::string matrix_difference(const Eval& eval, const Matrix& got, const Storage& storage) {
  if (eval.expects(ExpectKind::Ordered)) return "a matrix cannot be expected to be ordered";
  const auto disorder = std::is_sorted_until(
      got.begin(), got.end(), [](const Series& a, const Series& b) { return a.labels < b.labels; });
  if (disorder != got.end()) {
    return fmt::format("{} is out of order", text_of(disorder->labels));
  }
  Rows rows;
  for (const Series& series : got) {
    for (const Point& point : series.points) {
      rows[series.labels][point.at.time_since_epoch().count()] = value_of(point.value, storage);
    }
  }
  return row_difference(expected_rows(eval), rows, true);
}

}  // namespace

bool almost_equal(double a, double b) {
  constexpr double kEpsilon = 0.000001;
  constexpr double kSmallest = std::numeric_limits<double>::min();
  const bool a_is_stale = std::bit_cast<std::uint64_t>(a) == kStaleBits;
  if (a_is_stale || std::bit_cast<std::uint64_t>(b) == kStaleBits) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  }
  if ((std::isnan(a) && std::isnan(b)) || a == b) return true;
  const double sum = std::abs(a) + std::abs(b);
  const double difference = std::abs(a - b);
  if (a == 0 || b == 0 || sum < kSmallest) return difference < kEpsilon * kSmallest;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kEpsilon;
}

std::string difference(const Eval& eval, double got) {
  if (!eval.scalar) return fmt::format("a vector is expected, but got the scalar {}", got);
  if (almost_equal(*eval.scalar, got)) return {};
  return fmt::format("the result is another one (- expected, + got)\n  - {}\n  + {}",
                     format_number(*eval.scalar), format_number(got));
}

std::string difference(const Eval& eval, const Samples& got, const Storage& storage) {
  Rows rows;
  for (const Sample& sample : got) {
    if (!rows[sample.labels].emplace(0, value_of(sample.value, storage)).second) {
      return fmt::format("{} is there twice", text_of(sample.labels));
    }
  }
  return row_difference(expected_rows(eval), rows, false);
}

std::string difference(const Eval& eval, const Evaluated& got, const Storage& storage) {
  if (const auto* number = std::get_if<Number>(&got.value)) return difference(eval, number->value);
  if (const auto* text = std::get_if<Text>(&got.value)) {
    if (eval.text.value_or("") == text->value) return {};
    return fmt::format("the result is another one\n  - {}\n  + {}", quote(eval.text.value_or("")),
                       quote(text->value));
  }
  if (eval.scalar) return "a scalar is expected, but got a vector";
  if (const auto* matrix = std::get_if<Matrix>(&got.value))
    return matrix_difference(eval, *matrix, storage);
  const auto& samples = std::get<Samples>(got.value);
  std::string text = difference(eval, samples, storage);
  if (text.empty() && eval.expects(ExpectKind::Ordered)) text = order_difference(eval, samples);
  return text;
}

std::string note_difference(const Eval& eval, const Evaluated& got) {
  const std::string text =
      note_difference(eval, got.warnings, ExpectKind::Warn, ExpectKind::NoWarn, "warning");
  if (!text.empty()) return text;
  return note_difference(eval, got.infos, ExpectKind::Info, ExpectKind::NoInfo, "info");
}

}  // namespace tocsin::query
