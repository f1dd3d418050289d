// One test: its series and what is said about them.
#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "query/samples/notation.h"
#include "trial/reader.h"

namespace tocsin::trial {
namespace {

using config::Map;
using config::Node;
using config::shown;

constexpr double kLastSecond = 253'402'300'799;  // of the year 9999

/// Groups may have something to say every few seconds.
constexpr Duration kMaxListening = std::chrono::hours{366 * 24};

/// Unix seconds or RFC 3339.
void read_start(Map& map, Timestamp& start) {
  std::string text;
  if (!map.read("start_timestamp", text)) return;
  double seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  try {
    if (error != std::errc() || stop != end) {
      start = parse_rfc3339(text);
      return;
    }
    if (seconds >= -kLastSecond && seconds <= kLastSecond) {
      start = from_unix_seconds(seconds);
      return;
    }
  } catch (const Error&) {
  }
  map.problem("start_timestamp",
              fmt::format("start_timestamp must be Unix seconds or like 2024-01-01T00:00:00Z, not "
                          "{}",
                          shown(text)));
}

void keep_values(std::vector<query::SequenceValue> values, InputSeries& series) {
  series.values.reserve(values.size());
  for (const query::SequenceValue& value : values) {
    if (const auto* histogram = std::get_if<query::HistogramValue>(&value)) {
      series.histograms.emplace(series.values.size(), histogram->content);
    }
    const double* number = std::get_if<double>(&value);
    series.values.push_back(number == nullptr ? gap() : *number);
  }
}

/// The text of a key, its problem noted where reading it throws.
void read_with(Map& map, std::string_view key, const std::function<void(const std::string&)>& use) {
  std::string text;
  if (!map.read(key, text) && map.has(key)) return;
  try {
    use(text);
  } catch (const Error& error) {
    map.problem(key, fmt::format("{}: {}", key, error.what()));
  }
}

std::optional<InputSeries> read_one(const Node& node, config::File& file, Reading& reading) {
  Map map(node, "input series", file);
  if (!map.usable()) return std::nullopt;
  const std::size_t before = file.problems();
  InputSeries series;
  if (!map.has("series")) map.problem("an input series needs a \"series\", like up{job=\"a\"}");
  read_with(map, "series", [&](const std::string& text) {
    if (!text.empty()) series.labels = query::parse_series(text);
    series.labels.drop_empty();
  });
  read_with(map, "values", [&](const std::string& text) {
    keep_values(query::parse_sequence(text), series);
    reading.values += series.values.size();
    if (reading.values > kMaxValues) {
      throw Error(
          fmt::format("the series of this file have more than {} values together", kMaxValues));
    }
  });
  if (file.problems() > before) return std::nullopt;
  return series;
}

Duration last_moment(const Test& test) {
  Duration last{0};
  for (const auto& check : test.alerts) last = std::max(last, check.eval_time);
  for (const auto& check : test.expressions) last = std::max(last, check.eval_time);
  for (const auto& check : test.messages) last = std::max(last, check.eval_time);
  return last;
}

void check_length(Map& map, const Test& test, const TestFile& file) {
  const Duration last = std::max(last_moment(test), test.until);
  if (!test.listeners.empty() && last > kMaxListening) {
    map.problem(fmt::format("messages are collected for {}, longer than {}; shorten the test",
                            format_duration(last), format_duration(kMaxListening)));
  }
  if (last / file.evaluation_interval < kMaxEvaluations) return;
  map.problem(fmt::format(
      "this test would take more than {} evaluations, one every {} up to {}; "
      "choose a longer evaluation_interval",
      kMaxEvaluations, format_duration(file.evaluation_interval), format_duration(last)));
}

}  // namespace

std::vector<InputSeries> read_series(Map& test, Reading& reading) {
  std::vector<InputSeries> all;
  std::map<Labels, std::size_t> places;
  test.for_each("input_series", [&](const Node& node) {
    std::optional<InputSeries> series = read_one(node, test.file(), reading);
    if (!series) return;
    const auto [place, is_new] = places.emplace(series->labels, all.size());
    if (is_new) {
      all.push_back(std::move(*series));
      return;
    }
    reading.file.warnings.push_back(
        {test.file().position(node.mark),
         fmt::format("{} stands twice among the input series; only the last one counts",
                     series->labels.to_string())});
    all[place->second] = std::move(*series);
  });
  return all;
}

Test read_test(const Node& node, config::File& file, Reading& reading) {
  Test test;
  test.where = file.position(node.mark);
  test.interval = reading.file.evaluation_interval;
  Map map(node, "test", file);
  if (!map.usable()) return test;
  map.read("name", test.name);
  test.title = test.name.empty() ? fmt::format("unnamed#{}", reading.file.tests.size()) : test.name;
  Duration interval{0};
  if (map.read("interval", interval) && interval > Duration{0}) test.interval = interval;
  read_start(map, test.start);
  test.series = read_series(map, reading);
  test.alerts = read_alert_checks(map);
  test.expressions = read_expression_checks(map, reading);
  Labels external;
  if (map.read("external_labels", external)) test.external_labels = std::move(external);
  map.read("external_url", test.external_url);
  read_message_checks(map, reading, test);
  map.read("until", test.until);
  check_length(map, test, reading.file);
  test.until = std::max(test.until, last_moment(test));
  return test;
}

}  // namespace tocsin::trial
