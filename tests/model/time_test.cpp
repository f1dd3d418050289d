// Durations and instants as people and APIs write them.
#include "model/time.h"

#include <limits>

#include <gmock/gmock.h>

#include "model/error.h"

namespace tocsin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Duration kDay = 24h;

TEST(DurationTest, IsReadAsPrometheusReadsIt) {
  const std::pair<std::string_view, Duration> cases[] = {
      {"0", 0ms},
      {"0s", 0ms},
      {"15s", 15s},
      {"500ms", 500ms},
      {"5m", 5min},
      {"90m", 90min},
      {"1h30m", 90min},
      {"1d", kDay},
      {"2w", 14 * kDay},
      {"1y", 365 * kDay},
      {"1y2w3d4h5m6s7ms", 365 * kDay + 17 * kDay + 4h + 5min + 6s + 7ms},
      {"1h5ms", 1h + 5ms},
      {"007s", 7s},
      {"292y", 292 * 365 * kDay},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_duration(text), expected) << text;
}

TEST(DurationTest, AnythingElseIsRefused) {
  for (const std::string_view text : {"",
                                      " ",
                                      "1",
                                      "00",
                                      "-1s",
                                      "+1s",
                                      "1.5h",
                                      "s",
                                      "5",
                                      "5 m",
                                      "5m ",
                                      " 5m",
                                      "1m1h",
                                      "1m1m",
                                      "1ms1s",
                                      "1H",
                                      "1mo",
                                      "1h 5m",
                                      "5mm",
                                      "0x1s",
                                      "293y",
                                      "106752d",
                                      "9223372036854775807s",
                                      "99999999999999999999s"}) {
    EXPECT_THROW(parse_duration(text), Error) << text;
  }
}

TEST(DurationTest, RefusalsSayWhatIsWrong) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "it is empty"},
      {"5", "a unit is missing"},
      {"h", "a number is expected"},
      {"1fortnight", "unknown unit \"fortnight\""},
      {"1m1h", "from large to small"},
      {"300y", "too long"},
  };
  for (const auto& [text, expected] : cases) {
    try {
      parse_duration(text);
      ADD_FAILURE() << text << " was taken";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(std::string(expected)));
      EXPECT_THAT(error.what(), HasSubstr('"' + std::string(text) + '"'));
    }
  }
}

TEST(DurationTest, IsWrittenAsPrometheusWritesIt) {
  const std::pair<Duration, std::string_view> cases[] = {
      {0ms, "0s"},        {1ms, "1ms"},      {90s, "1m30s"},      {60min, "1h"},
      {90min, "1h30m"},   {kDay, "1d"},      {25h, "1d1h"},       {7 * kDay, "1w"},
      {8 * kDay, "8d"},   {14 * kDay, "2w"}, {365 * kDay, "1y"},  {366 * kDay, "366d"},
      {730 * kDay, "2y"}, {-90s, "-1m30s"},  {1h + 5ms, "1h5ms"},
  };
  for (const auto& [duration, expected] : cases) EXPECT_EQ(format_duration(duration), expected);
}

TEST(DurationTest, WhatIsWrittenReadsBack) {
  for (std::int64_t count = 1; count < std::int64_t{1} << 42; count = count * 3 + 7) {
    const Duration duration{count};
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
}

TEST(InstantTest, IsReadFromEverySpellingThatAlertmanagerTakes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"},
      {"2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"},
      {"2026-01-02T03:04:05.678999999Z", "2026-01-02T03:04:05.678Z"},
      {"2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05.000Z"},
      {"2026-01-02T03:04:05-0530", "2026-01-02T08:34:05.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(format_rfc3339(parse_rfc3339(text)), expected) << text;
  }
}

TEST(InstantTest, WhatIsNoTimeIsRefused) {
  for (const std::string_view text :
       {"", "now", "2026-01-02", "2026-01-02T", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-02T24:00:00Z",
        "2026-01-02T00:60:00Z", "2026-01-02T00:00:61Z", "2026-01-02T00:00:00.Z",
        "2026-01-02T00:00:00Zjunk", "2026-01-02T00:00:00+24:00", "2026-01-02T00:00:00+1",
        "26-01-02T00:00:00Z", "2026-1-2T00:00:00Z", "12026-01-02T00:00:00Z", "1767323045"}) {
    EXPECT_THROW(parse_rfc3339(text), Error) << text;
  }
}

TEST(InstantTest, IsBrokenDownInUtc) {
  const CivilTime civil = to_civil(parse_rfc3339("2026-01-02T03:04:05.678Z"));
  EXPECT_EQ(civil.year, 2026);
  EXPECT_EQ(civil.month, 1);
  EXPECT_EQ(civil.day, 2);
  EXPECT_EQ(civil.hour, 3);
  EXPECT_EQ(civil.minute, 4);
  EXPECT_EQ(civil.second, 5);
  EXPECT_EQ(civil.millisecond, 678);
  EXPECT_EQ(civil.weekday, 5);  // a Friday
  EXPECT_EQ(to_civil(Timestamp{-1ms}).weekday, 3);
  EXPECT_EQ(to_civil(Timestamp{-1ms}).millisecond, 999);
}

TEST(InstantTest, UnixSecondsGoThereAndBack) {
  EXPECT_EQ(from_unix_seconds(0), Timestamp{});
  EXPECT_EQ(from_unix_seconds(1.5), Timestamp{1500ms});
  EXPECT_EQ(from_unix_seconds(1767323045.678), parse_rfc3339("2026-01-02T03:04:05.678Z"));
  EXPECT_EQ(from_unix_seconds(-0.0004), Timestamp{});
  EXPECT_DOUBLE_EQ(to_unix_seconds(Timestamp{1767323045678ms}), 1767323045.678);
  for (std::int64_t ms : {0LL, 1LL, -1LL, 1767323045678LL, 253402300799999LL}) {
    EXPECT_EQ(from_unix_seconds(to_unix_seconds(Timestamp{Duration{ms}})), Timestamp{Duration{ms}});
  }
}

TEST(InstantTest, SecondsThatAreNoTimeAreRefused) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double seconds :
       {std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity, 1e16, -1e300}) {
    EXPECT_THROW(from_unix_seconds(seconds), Error) << seconds;
  }
}

}  // namespace
}  // namespace tocsin
