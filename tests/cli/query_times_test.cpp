// Which instants people mean.
#include "cli/query_times.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "model/overloaded.h"

namespace tocsin::cli {
namespace {

const Timestamp kNow = parse_rfc3339("2026-01-02T12:00:00.500Z");

struct InstantCase {
  std::string text;
  std::string expected;  ///< RFC 3339, or what the message holds
};

TEST(QueryTimes, Instants) {
  const InstantCase kCases[] = {
      {"now", "2026-01-02T12:00:00.500Z"},
      {"-5m", "2026-01-02T11:55:00.500Z"},
      {"now-5m", "2026-01-02T11:55:00.500Z"},
      {"now+1d12h", "2026-01-04T00:00:00.500Z"},
      {"+500ms", "2026-01-02T12:00:01.000Z"},
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05.678+02:00", "2026-01-02T01:04:05.678Z"},
      {"0", "1970-01-01T00:00:00.000Z"},
      {"1700000000", "2023-11-14T22:13:20.000Z"},
      {"1700000000.1239", "2023-11-14T22:13:20.124Z"},
      {"-1.5", "1969-12-31T23:59:58.500Z"},
      {"", R"(--at "" is not a time: write it like 2026-01-02T15:04:05Z, in Unix seconds, or )"
           "from now, like -5m"},
      {"yesterday", "is not a time"},
      {"2026-13-01T00:00:00Z", "is not a time"},
      {"nowish", "is not a time"},
      {"5m", "is not a time"},
      {"-5x5m", "is not a duration"},
      {"-5m3", "is not a duration"},
      {"--5m", "is not a duration"},
      {"now-", "is not a time"},
      {"NaN", "out of range"},
      {"1e13", "out of range"},
      {"-Inf", "out of range"},
      {"-293y", "is not a duration"},
      {"-9999999999y", "is not a duration"},
      {"-292y", "1734-03-14T12:00:00.500Z"},
  };
  for (const InstantCase& each : kCases) {
    std::string got;
    try {
      got = format_rfc3339(parse_instant("--at", each.text, kNow));
      EXPECT_EQ(got, each.expected) << each.text;
    } catch (const Error& error) {
      got = error.what();
      EXPECT_NE(got.find(each.expected), std::string::npos) << each.text << ": " << got;
      EXPECT_EQ(got.substr(0, 4), "--at") << got;
    }
  }
}

/// "AT" or "FROM TO every STEP", or what is wrong.
std::string times(const TimeOptions& options) {
  try {
    return std::visit(Overloaded{[](Timestamp at) { return format_rfc3339(at); },
                                 [](const net::QueryRange& range) {
                                   return fmt::format("{} {} every {}", format_rfc3339(range.from),
                                                      format_rfc3339(range.to),
                                                      format_duration(range.step));
                                 }},
                      parse_times(options, kNow));
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(QueryTimes, InstantsAndRanges) {
  const std::pair<TimeOptions, std::string> kCases[] = {
      {{}, "2026-01-02T12:00:00.500Z"},
      {{.at = "-1h"}, "2026-01-02T11:00:00.500Z"},
      {{.range = "1h"}, "2026-01-02T11:00:00.500Z 2026-01-02T12:00:00.500Z every 14s"},
      {{.at = "-1h", .range = "1m"}, "2026-01-02T10:59:00.500Z 2026-01-02T11:00:00.500Z every 1s"},
      {{.range = "1h", .end = "-1h", .step = "1m30s"},
       "2026-01-02T10:00:00.500Z 2026-01-02T11:00:00.500Z every 1m30s"},
      {{.start = "-1d"}, "2026-01-01T12:00:00.500Z 2026-01-02T12:00:00.500Z every 5m45s"},
      {{.start = "0", .end = "0"}, "1970-01-01T00:00:00.000Z 1970-01-01T00:00:00.000Z every 1s"},
      {{.start = "0", .end = "10", .step = "0.5"},
       "1970-01-01T00:00:00.000Z 1970-01-01T00:00:10.000Z every 500ms"},
      {{.start = "0", .end = "10999", .step = "1"},
       "1970-01-01T00:00:00.000Z 1970-01-01T03:03:19.000Z every 1s"},
  };
  for (const auto& [options, expected] : kCases) EXPECT_EQ(times(options), expected);
}

TEST(QueryTimes, WhatDoesNotFitTogetherIsRefused) {
  const std::pair<TimeOptions, std::string> kCases[] = {
      {{.range = "1h", .start = "0"},
       "--range and --start exclude each other: give the range's length or its start"},
      {{.at = "0", .range = "1h", .end = "0"},
       "--at and --end exclude each other: both say where the range ends"},
      {{.at = "0", .start = "0"},
       "--start goes with --end; --at is for one instant, or for the end of a --range"},
      {{.end = "0"}, "--end needs a --start or a --range"},
      {{.step = "1s"}, "--step needs a --range or a --start"},
      {{.start = "10", .end = "5"},
       "the range starts at 1970-01-01T00:00:10.000Z, after its end at 1970-01-01T00:00:05.000Z"},
      {{.range = "0s"}, "--range has to be longer than nothing"},
      {{.range = "-1h"}, "--range \"-1h\" is not a duration such as 30s, 5m or 1h30m"},
      {{.range = "hour"}, "--range \"hour\" is not a duration such as 30s, 5m or 1h30m"},
      {{.range = "1h", .step = "0"}, "--step has to be longer than nothing, such as 15s"},
      {{.range = "1h", .step = "-5"}, "--step has to be longer than nothing, such as 15s"},
      {{.range = "1h", .step = "0.0001"}, "--step has to be longer than nothing, such as 15s"},
      {{.range = "1h", .step = "NaN"}, "--step \"NaN\" is out of range"},
      {{.range = "1h", .step = "1e300"}, "--step \"1e300\" is out of range"},
      {{.range = "1h", .step = "x"}, "--step \"x\" is not a duration such as 30s, 5m or 1h30m"},
      {{.start = "0", .end = "11000", .step = "1"},
       "these are 11001 points for each series, more than 11000: use a --step of 2s or more, or a "
       "shorter range"},
      {{.start = "-1000000000000", .end = "1000000000000", .step = "1ms"},
       "these are 2000000000000001 points for each series, more than 11000: use a --step of "
       "2104d13h38m33s or more, or a shorter range"},
  };
  for (const auto& [options, expected] : kCases) EXPECT_EQ(times(options), expected);
}

}  // namespace
}  // namespace tocsin::cli
