// What the texts of time intervals mean, and when an interval holds.
#include "route/time_interval.h"

#include <gmock/gmock.h>

#include "model/error.h"
#include "model/time.h"

namespace tocsin::route {
namespace {

using testing::HasSubstr;

template <class Parse>
std::string mistake(Parse parse, std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(TimeIntervalText, TimesOfDay) {
  const std::pair<const char*, int> good[] = {
      {"00:00", 0}, {"09:05", 545}, {"23:59", 1439}, {"24:00", 1440}};
  for (const auto& [text, minutes] : good) {
    EXPECT_EQ(parse_time_of_day(text), minutes);
    EXPECT_EQ(format_time_of_day(minutes), text);
  }
  for (const char* text : {"", "9:00", "09:60", "24:01", "09-00", "-1:00", "09:000", "٠٩:00"}) {
    EXPECT_THAT(mistake(parse_time_of_day, text), HasSubstr("is no time of day")) << text;
  }
}

TEST(TimeIntervalText, Weekdays) {
  const std::pair<const char*, Range> good[] = {{"sunday", {0, 0}},
                                                {"Monday:FRIDAY", {1, 5}},
                                                {"saturday", {6, 6}},
                                                {"sunday:saturday", {0, 6}}};
  for (const auto& [text, range] : good) EXPECT_EQ(parse_weekdays(text), range) << text;
  EXPECT_EQ(format_weekdays({1, 5}), "monday:friday");
  EXPECT_EQ(format_weekdays({0, 0}), "sunday");
  EXPECT_THAT(mistake(parse_weekdays, "friday:monday"), HasSubstr("write two elements"));
  for (const char* text : {"", "1", "mon", "monday:", ":monday", "monday:tuesday:friday"}) {
    EXPECT_THAT(mistake(parse_weekdays, text), HasSubstr("the name of a day")) << text;
  }
}

TEST(TimeIntervalText, DaysOfMonth) {
  const std::pair<const char*, Range> good[] = {
      {"1", {1, 1}},       {"31", {31, 31}},    {"1:5", {1, 5}},    {"-1", {-1, -1}},
      {"-7:-1", {-7, -1}}, {"20:-1", {20, -1}}, {"-31", {-31, -31}}};
  for (const auto& [text, range] : good) {
    EXPECT_EQ(parse_days_of_month(text), range) << text;
    EXPECT_EQ(format_numbers(range), text);
  }
  for (const char* text : {"0", "32", "-32", "1:32", "x", "", "1.5", "+-1", "99999999999"}) {
    EXPECT_THAT(mistake(parse_days_of_month, text), HasSubstr("a day of the month")) << text;
  }
  EXPECT_THAT(mistake(parse_days_of_month, "-1:5"), HasSubstr("so must its last day be"));
  for (const char* text : {"5:1", "-1:-5", "28:-10"}) {
    EXPECT_THAT(mistake(parse_days_of_month, text), HasSubstr("ends before it begins")) << text;
  }
}

TEST(TimeIntervalText, Months) {
  const std::pair<const char*, Range> good[] = {
      {"january", {1, 1}}, {"12", {12, 12}}, {"April:June", {4, 6}}, {"1:march", {1, 3}}};
  for (const auto& [text, range] : good) EXPECT_EQ(parse_months(text), range) << text;
  EXPECT_EQ(format_months({4, 6}), "april:june");
  EXPECT_EQ(format_months({12, 12}), "december");
  for (const char* text : {"13", "0", "-1", "jan", "1:13", ""}) {
    EXPECT_THAT(mistake(parse_months, text), HasSubstr("its number, 1 to 12")) << text;
  }
  EXPECT_THAT(mistake(parse_months, "november:february"), HasSubstr("write two elements"));
}

TEST(TimeIntervalText, Years) {
  EXPECT_EQ(parse_years("2026"), (Range{2026, 2026}));
  EXPECT_EQ(parse_years("2026:2028"), (Range{2026, 2028}));
  EXPECT_THAT(mistake(parse_years, "2028:2026"), HasSubstr("ends before it begins"));
  EXPECT_THAT(mistake(parse_years, "soon"), HasSubstr("a year"));
}

TEST(TimeIntervalText, Zones) {
  EXPECT_EQ(find_zone(""), nullptr);
  EXPECT_EQ(find_zone("UTC"), nullptr);
  EXPECT_NE(find_zone("Europe/Berlin"), nullptr);
  EXPECT_THAT(mistake([](std::string_view name) { find_zone(std::string(name)); }, "Mars/Olympus"),
              HasSubstr("no time zone \"Mars/Olympus\""));
}

/// One span out of the texts; "" leaves a field out.
struct Texts {
  std::string times, weekdays, days, months, years, zone;
};

TimeSpan span(const Texts& texts) {
  TimeSpan made;
  if (!texts.times.empty()) {
    made.times = {
        {parse_time_of_day(texts.times.substr(0, 5)), parse_time_of_day(texts.times.substr(6))}};
  }
  if (!texts.weekdays.empty()) made.weekdays = {parse_weekdays(texts.weekdays)};
  if (!texts.days.empty()) made.days_of_month = {parse_days_of_month(texts.days)};
  if (!texts.months.empty()) made.months = {parse_months(texts.months)};
  if (!texts.years.empty()) made.years = {parse_years(texts.years)};
  made.location = texts.zone;
  made.zone = find_zone(texts.zone);
  return made;
}

struct Case {
  Texts texts;
  const char* now;
  bool expected;
};

TEST(TimeInterval, HoldsWhenAllItsFieldsDo) {
  const Case cases[] = {
      {{}, "2026-01-02T03:04:05Z", true},
      // The end of a time of day is not in it.
      {{"09:00-17:00", "", "", "", "", ""}, "2026-01-02T09:00:00Z", true},
      {{"09:00-17:00", "", "", "", "", ""}, "2026-01-02T08:59:59.999Z", false},
      {{"09:00-17:00", "", "", "", "", ""}, "2026-01-02T16:59:59.999Z", true},
      {{"09:00-17:00", "", "", "", "", ""}, "2026-01-02T17:00:00Z", false},
      {{"00:00-24:00", "", "", "", "", ""}, "2026-01-02T23:59:59.999Z", true},
      // 2026-01-02 is a Friday.
      {{"", "monday:friday", "", "", "", ""}, "2026-01-02T23:59:59Z", true},
      {{"", "monday:friday", "", "", "", ""}, "2026-01-03T00:00:00Z", false},
      {{"", "sunday", "", "", "", ""}, "2026-01-04T12:00:00Z", true},
      // Days from the month's end, in long and short months.
      {{"", "", "-1", "", "", ""}, "2026-01-31T12:00:00Z", true},
      {{"", "", "-1", "", "", ""}, "2026-02-28T12:00:00Z", true},
      {{"", "", "-1", "", "", ""}, "2028-02-28T12:00:00Z", false},
      {{"", "", "-1", "", "", ""}, "2028-02-29T12:00:00Z", true},
      {{"", "", "-3:-1", "", "", ""}, "2026-04-28T00:00:00Z", true},
      {{"", "", "-3:-1", "", "", ""}, "2026-04-27T23:59:59Z", false},
      {{"", "", "20:-1", "", "", ""}, "2026-02-20T00:00:00Z", true},
      {{"", "", "20:-1", "", "", ""}, "2026-02-19T00:00:00Z", false},
      // A day that the month has not: no other month's is meant.
      {{"", "", "31", "", "", ""}, "2026-02-28T12:00:00Z", false},
      {{"", "", "31", "", "", ""}, "2026-03-01T12:00:00Z", false},
      {{"", "", "-31", "", "", ""}, "2026-02-01T12:00:00Z", false},
      {{"", "", "28:31", "", "", ""}, "2026-02-28T12:00:00Z", true},
      {{"", "", "-31:-1", "", "", ""}, "2026-02-01T12:00:00Z", true},
      {{"", "", "", "april:june", "", ""}, "2026-06-30T23:59:59Z", true},
      {{"", "", "", "april:june", "", ""}, "2026-07-01T00:00:00Z", false},
      {{"", "", "", "", "2026:2027", ""}, "2027-12-31T23:59:59Z", true},
      {{"", "", "", "", "2026:2027", ""}, "2028-01-01T00:00:00Z", false},
      {{"09:00-17:00", "friday", "2", "january", "2026", ""}, "2026-01-02T10:00:00Z", true},
      {{"09:00-17:00", "friday", "3", "january", "2026", ""}, "2026-01-02T10:00:00Z", false},
      // The place's clock and calendar; in Auckland it is 13 hours later in January.
      {{"", "saturday", "", "", "", "Pacific/Auckland"}, "2026-01-02T11:00:00Z", true},
      {{"", "saturday", "", "", "", "Pacific/Auckland"}, "2026-01-02T10:59:59Z", false},
      {{"", "", "", "", "2026", "America/New_York"}, "2027-01-01T04:59:59Z", true},
      // Berlin goes to summer time on 2026-03-29: 02:30 does not exist, 03:00 is 01:00 UTC.
      {{"02:00-03:00", "", "", "", "", "Europe/Berlin"}, "2026-03-29T00:59:59Z", false},
      {{"02:00-03:00", "", "", "", "", "Europe/Berlin"}, "2026-03-29T01:00:00Z", false},
      {{"03:00-04:00", "", "", "", "", "Europe/Berlin"}, "2026-03-29T01:00:00Z", true},
      // And back on 2026-10-25: 02:30 comes twice.
      {{"02:00-03:00", "", "", "", "", "Europe/Berlin"}, "2026-10-25T00:30:00Z", true},
      {{"02:00-03:00", "", "", "", "", "Europe/Berlin"}, "2026-10-25T01:30:00Z", true},
      {{"02:00-03:00", "", "", "", "", "Europe/Berlin"}, "2026-10-25T02:00:00Z", false},
  };
  for (const Case& each : cases) {
    const Texts& texts = each.texts;
    EXPECT_EQ(contains(span(texts), parse_rfc3339(each.now)), each.expected)
        << each.now << " in " << texts.times << ' ' << texts.weekdays << ' ' << texts.days << ' '
        << texts.months << ' ' << texts.years << ' ' << texts.zone;
  }
}

TEST(TimeInterval, OneElementOfAFieldAndOneSpanAreEnough) {
  const Timestamp friday = parse_rfc3339("2026-01-02T10:00:00Z");
  TimeSpan two = span({});
  two.weekdays = {parse_weekdays("monday"), parse_weekdays("friday")};
  EXPECT_TRUE(contains(two, friday));
  two.weekdays->pop_back();
  EXPECT_FALSE(contains(two, friday));
  two.weekdays->clear();
  EXPECT_FALSE(contains(two, friday)) << "a field without elements never holds";

  const TimeSpan never = span({"", "", "", "", "1999", ""});
  EXPECT_TRUE(contains(TimeInterval{"x", {never, span({})}}, friday));
  EXPECT_FALSE(contains(TimeInterval{"x", {never, never}}, friday));
  EXPECT_FALSE(contains(TimeInterval{"x", {}}, friday));
}

}  // namespace
}  // namespace tocsin::route
