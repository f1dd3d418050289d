// Whatever an expression computes of whatever samples, it ends with a value or an EvaluationError,
// and a range of instants is what the instants are.
//
// An input that begins with "t" is the text of an expression, over samples that its length chooses.
// Of all others the bytes choose the samples and an expression that makes sense of them.
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "model/text.h"
#include "query/engine/engine.h"
#include "query/samples/memory_storage.h"
#include "query/syntax/parse.h"
#include "support/expressions.h"

namespace {

using tocsin::Choices;
using tocsin::Duration;
using tocsin::Labels;
using tocsin::Timestamp;
using namespace tocsin::query;

constexpr std::int64_t kStart = 1'700'000'000'000;
constexpr std::int64_t kStep = 45'000;
constexpr std::int64_t kSteps = 8;

void require(bool holds) {
  if (!holds) std::abort();
}

double random_value(Choices& choices) {
  using Limits = std::numeric_limits<double>;
  static constexpr double kSpecial[] = {0.0,
                                        -0.0,
                                        1e300,
                                        -1e300,
                                        Limits::infinity(),
                                        -Limits::infinity(),
                                        Limits::quiet_NaN(),
                                        Limits::denorm_min()};
  if (choices.one_in(8)) return choices.of(kSpecial);
  if (choices.one_in(12)) return std::bit_cast<double>(kStaleBits);
  return static_cast<double>(choices.below(200)) / 4 - 10;
}

void add_series(Choices& choices, MemoryStorage& storage) {
  static constexpr const char* kNames[] = {
      "x", "y", "http_requests_total", "job:up:sum", "up", "sum", "z_bucket"};
  static constexpr const char* kValues[] = {"", "a", "b", "0.1", "1", "+Inf", "NaN"};
  Labels labels{{"__name__", choices.of(kNames)},
                {"job", choices.of(kValues)},
                {"instance", choices.of(kValues)},
                {"le", choices.of(kValues)}};
  const bool is_counter = choices.one_in(2);
  const auto interval = static_cast<std::int64_t>(5 + choices.below(60)) * 1000;
  double value = 0;
  for (std::int64_t at = kStart - 900'000; at < kStart + kStep * kSteps; at += interval) {
    if (choices.one_in(10)) continue;
    value = is_counter && !choices.one_in(20) ? value + choices.below(9) : random_value(choices);
    storage.add(labels, Timestamp(Duration(at)), value);
  }
  if (choices.one_in(30)) storage.add_histogram(labels, Timestamp(Duration(kStart)));
}

EngineSettings small_limits() {
  EngineSettings settings;
  settings.max_samples = 20'000;
  settings.max_points = 20'000;
  return settings;
}

bool is_close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  // Sums that slide with the window round otherwise than sums from anew.
  return std::abs(a - b) <= 1e-6 * std::max({1.0, std::abs(a), std::abs(b)});
}

using Values = std::map<std::string, double>;

std::string key(const Labels& labels) {
  std::string out;
  for (const auto& label : labels) {
    out.append(label.name).append(1, '\x01').append(label.value).append(1, '\x02');
  }
  return out;
}

/// What a range has at one instant.
Values values_at(const Evaluated& evaluated, std::int64_t at) {
  Values out;
  for (const Series& series : std::get<Matrix>(evaluated.value)) {
    for (const Point& point : series.points) {
      if (point.at.time_since_epoch().count() == at) out[key(series.labels)] = point.value;
    }
  }
  return out;
}

Values values_of(const Evaluated& evaluated) {
  Values out;
  if (const auto* number = std::get_if<Number>(&evaluated.value)) out[""] = number->value;
  if (const auto* samples = std::get_if<Samples>(&evaluated.value)) {
    for (const Sample& sample : *samples) {
      require(out.emplace(key(sample.labels), sample.value).second);  // no two of the same labels
    }
  }
  return out;
}

/// Of what is the same at an instant, whatever the range around it is.
bool is_comparable(std::string_view text) {
  for (const char* word : {"start", "end", "step", "range", "info"}) {
    if (text.find(word) != std::string_view::npos) return false;
  }
  return true;
}

void evaluate(const Expr& expr, std::string_view text, const MemoryStorage& storage) {
  const EngineSettings settings = small_limits();
  const ValueType type = type_of(expr);
  std::optional<Evaluated> range;
  try {
    range = evaluate_range(expr, text, Timestamp(Duration(kStart)),
                           Timestamp(Duration(kStart + kStep * (kSteps - 1))), Duration(kStep),
                           storage, settings);
    require(type == ValueType::Scalar || type == ValueType::Vector);
  } catch (const EvaluationError& error) {
    require(error.what() != std::string_view());
  }
  const bool compares = range && is_comparable(text);
  for (std::int64_t i = 0; i < (compares ? kSteps : 1); ++i) {
    const std::int64_t at = kStart + i * kStep;
    try {
      const Evaluated instant =
          evaluate_instant(expr, text, Timestamp(Duration(at)), storage, settings);
      if (!compares) continue;
      const Values one = values_of(instant);
      const Values other = values_at(*range, at);
      require(one.size() == other.size());
      for (const auto& [labels, value] : one) {
        const auto found = other.find(labels);
        require(found != other.end() && is_close(value, found->second));
      }
    } catch (const EvaluationError& error) {
      require(error.what() != std::string_view() && tocsin::is_utf8(error.what()));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool is_text = data[0] == 't';
  Choices choices = is_text ? Choices(size) : Choices(std::span(data + 1, size - 1));
  std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (!is_text) text = written(random_expression(choices, Dialect::Experimental, 3));
  const Parsed parsed = parse_expression(text, {.experimental = true});
  if (parsed.expr == nullptr) return 0;
  MemoryStorage storage;
  const std::uint32_t count = 1 + choices.below(8);
  for (std::uint32_t i = 0; i < count; ++i) add_series(choices, storage);
  evaluate(*parsed.expr, text, storage);
  return 0;
}
