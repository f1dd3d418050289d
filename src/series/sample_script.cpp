#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "query/samples/notation.h"
#include "series/sample_file_reader.h"

namespace tocsin::series {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes a line off the front of the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim(line);
}

/// The step of "load 1m"; not of a metric of that name, "load 1".
std::optional<Duration> step_of_load(std::string_view line) {
  if (!line.starts_with("load ") && !line.starts_with("load\t")) return std::nullopt;
  const std::string_view step = trim(line.substr(4));
  if (step.find_first_of("smhdwy") == std::string_view::npos) return std::nullopt;
  try {
    return parse_duration(step);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void add_line(std::string_view line, Duration step, SampleCollector& collector) {
  const query::SeriesLine parsed = query::parse_series_line(line);
  constexpr std::int64_t kFarthest = 9'000'000'000'000'000'000;
  const auto count = static_cast<std::int64_t>(parsed.values.size());
  if (count > 0 && step.count() > kFarthest / count) throw Error("the last time is out of range");
  Labels labels = parsed.labels;
  labels.drop_empty();
  FileSeries& series = collector.series_of(labels);
  Timestamp at{};
  for (const query::SequenceValue& value : parsed.values) {
    std::visit(
        Overloaded{[](query::Gap) {}, [&](double number) { collector.add(series, at, number); },
                   [&](query::HistogramValue) {
                     collector.add(series, at, std::bit_cast<double>(query::kHistogramBits));
                     series.has_histograms = true;
                   }},
        value);
    at += step;
  }
}

}  // namespace

bool is_script(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.empty() && !line.starts_with('#')) return step_of_load(line).has_value();
  }
  return false;
}

void read_script(std::string_view text, SampleCollector& collector) {
  std::optional<Duration> step;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.starts_with('#')) continue;
    try {
      if (line.empty()) {
        step.reset();
      } else if (const auto begins = step_of_load(line)) {
        if (*begins <= Duration(0)) throw Error("the step has to be longer than nothing");
        step = begins;
      } else if (step) {
        add_line(line, *step, collector);
      } else {
        throw Error(fmt::format("{} is not understood: a file of samples has load blocks only",
                                quote(truncate_runes(line, 40))));
      }
    } catch (const Error& error) {
      throw Error(fmt::format("{}:1: {}", number, error.what()));
    }
  }
}

}  // namespace tocsin::series
