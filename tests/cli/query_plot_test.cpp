// Pictures of values, character by character.
#include "cli/query_plot.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "cli/query_plot_axis.h"
#include "cli/query_text.h"

namespace tocsin::cli {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kMost = std::numeric_limits<double>::max();

Timestamp at(std::int64_t minutes) { return Timestamp(std::chrono::minutes(minutes)); }

const net::QueryRange kHour{at(0), at(60), std::chrono::minutes(5)};

/// A value every five minutes.
query::Series every_five_minutes(Labels labels, const std::vector<double>& values) {
  query::Series series{std::move(labels), {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    series.points.push_back({at(static_cast<std::int64_t>(i) * 5), values[i]});
  }
  return series;
}

std::string plot(const query::Matrix& matrix, bool colours = false,
                 const net::QueryRange& range = kHour) {
  return "\n" + plot_text(matrix, range, {40, 8, colours});
}

TEST(QueryPlot, ALine) {
  EXPECT_EQ(
      plot({every_five_minutes({{"__name__", "up"}}, {0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0})}),
      R"(
1970-01-01T00:00:00Z to 1970-01-01T01:0…

10 ┤
   │
   │               ⢀⡠⠔⠢⢄⡀
   │          ⣀⡠⠤⠒⠊⠁    ⠈⠑⠒⠤⢄⣀
   │    ⢀⡠⠤⠒⠊⠉                ⠉⠑⠒⠤⣀
 0 ┤⣀⠤⠔⠊⠁                          ⠉⠒⠢⠤⣀
   └┬─────────────────┬────────────────┬
    00:00           00:30            01:00

■ up  min 0, max 6, last 0
)");
}

TEST(QueryPlot, SeveralSeriesHaveLettersOfTheirOwn) {
  EXPECT_EQ(plot({every_five_minutes({{"job", "api"}, {"code", "200"}},
                                     {10, 10, 12, 12, 14, 14, 16, 16, 18, 18, 20, 20, 20}),
                  every_five_minutes({{"job", "api"}, {"code", "500"}}, {0, 0, 0, 0, 5, 5})}),
            R"(
{job="api"}
1970-01-01T00:00:00Z to 1970-01-01T01:0…

20 ┤                      oooooooooooooo
   │           ooooooooooo
   │   ooooooooo
   │oooo
   │           xxxxx
 0 ┤xxxxxxxxxxx
   └┬─────────────────┬────────────────┬
    00:00           00:30            01:00

o {code="200"}  min 10, max 20, last 20
x {code="500"}  min 0, max 5, last 5
)");
}

TEST(QueryPlot, OnATerminalTheyHaveColours) {
  EXPECT_EQ(
      plot({every_five_minutes({{"a", "1"}}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}),
            every_five_minutes({{"a", "2"}}, {0, 2, 0})},
           true),
      "\n"
      "1970-01-01T00:00:00Z to 1970-01-01T01:0…\n"
      "\n"
      "2 ┤  \x1b[33m⢠⢣\x1b[0m\n"
      "  │  \x1b[33m⡜⠘⡄\x1b[0m\n"
      "  │ \x1b[33m⢠⠃ ⢣\x1b[0m\n"
      "  │\x1b[36m⠉\x1b[33m⡝\x1b[36m⠉⠉\x1b[33m⠙⡍\x1b[36m⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉\x1b[0m\n"
      "  │\x1b[33m⢠⠃   ⢣\x1b[0m\n"
      "0 ┤\x1b[33m⡜    ⠘⡄\x1b[0m\n"
      "  └┬─────────────────┬─────────────────┬\n"
      "   00:00           00:30             01:00\n"
      "\n"
      "\x1b[36m■\x1b[0m {a=\"1\"}  min 1, max 1, last 1\n"
      "\x1b[33m■\x1b[0m {a=\"2\"}  min 0, max 2, last 0\n");
}

TEST(QueryPlot, GapsStayGapsAndInfinitiesAreArrows) {
  query::Series series = every_five_minutes({}, {1, 2, kNaN, 1, 2, kInf, 3, 3, -kInf, 2, 1, 2, 1});
  series.points.erase(series.points.begin() + 10);
  EXPECT_EQ(plot({series}), R"(
1970-01-01T00:00:00Z to 1970-01-01T01:0…

4 ┤               ↑
  │                  ⠠⠤⠤⠤
  │
2 ┤ ⡠⠔⠁      ⡠⠔⠁              ⠈     ⠈⠢⣀
  │⠊        ⠊                          ⠑
0 ┤                        ↓
  └┬─────────────────┬─────────────────┬
   00:00           00:30             01:00

■ {}  min -Inf, max +Inf, last 1
)");
}

TEST(QueryPlot, AConstantStandsInTheMiddle) {
  EXPECT_EQ(plot({every_five_minutes({}, {5, 5, 5, 5})}), R"(
1970-01-01T00:00:00Z to 1970-01-01T01:0…

10 ┤
   │
   │
 5 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠁
   │
 0 ┤
   └┬─────────────────┬────────────────┬
    00:00           00:30            01:00

■ {}  min 5, max 5, last 5
)");
}

TEST(QueryPlot, NothingButNaN) {
  EXPECT_EQ(plot({every_five_minutes({}, {kNaN, kNaN})}), R"(
1970-01-01T00:00:00Z to 1970-01-01T01:0…

 2 ┤
   │
   │
 0 ┤
   │
-2 ┤
   └┬─────────────────┬────────────────┬
    00:00           00:30            01:00

■ {}  min NaN, max NaN, last NaN
)");
}

TEST(QueryPlot, NoSeries) { EXPECT_EQ(plot({}), "\nno series\n"); }

TEST(QueryPlot, OneInstant) {
  EXPECT_EQ(plot({every_five_minutes({{"__name__", "up"}}, {3})}, false,
                 {at(0), at(0), std::chrono::seconds(1)}),
            R"(
1970-01-01T00:00:00Z to 1970-01-01T00:0…

5 ┤
  │
  │⠂
  │
  │
0 ┤
  └┬────────────────────────────────────
   00:00:00

■ up  min 3, max 3, last 3
)");
}

TEST(QueryPlot, HostileLabelsAndManySeries) {
  query::Matrix many;
  for (int i = 0; i < 20; ++i) {
    many.push_back(every_five_minutes({{"a\x1b[2J", std::string(100, 'x')},
                                       {"b", std::to_string(i) + "\x1b" + std::string(100, 'y')}},
                                      {static_cast<double>(i)}));
  }
  const std::string text = plot(many);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("o {b=\"0\\x1byyy"), std::string::npos) << text;
  EXPECT_NE(text.find("and 8 more series"), std::string::npos) << text;
}

TEST(QueryPlot, ValuesOfAnySizeKeepTheFrame) {
  const std::vector<std::vector<double>> kCases = {
      {-kMost, kMost},  {kMost},       {-kMost},        {5e-324},
      {5e-324, 1e-323}, {0, 5e-324},   {-0.0, 0.0},     {1e16, 1e16 + 2},
      {1, 1 + 1e-15},   {kInf, -kInf}, {1e-300, 1e300}, {}};
  for (const std::vector<double>& values : kCases) {
    for (const PlotStyle& style : {PlotStyle{20, 4, false}, {80, 20, false}, {1000, 200, false}}) {
      const std::string text = plot_text({every_five_minutes({}, values)}, kHour, style);
      EXPECT_GE(std::count(text.begin(), text.end(), '\n'), style.height);
      EXPECT_LE(std::count(text.begin(), text.end(), '\n'), style.height + 5);
    }
  }
}

struct AxisCase {
  double least, most;
  int marks;
  std::string expected;
};

TEST(QueryPlot, MarksOfValuesAreRound) {
  const AxisCase kCases[] = {
      {0, 1, 5, "0 0.2 0.4 0.6 0.8 1"},
      {0, 0.666, 4, "0 0.2 0.4 0.6 0.8"},
      {3, 97, 4, "0 25 50 75 100"},
      {-7, 7, 3, "-10 -5 0 5 10"},
      {0, 0, 2, "-1 0 1"},
      {5, 5, 2, "2.5 5 7.5"},
      {-4, -4, 2, "-6 -4 -2"},
      {1e9, 2e9, 2, "1000000000 1500000000 2000000000"},
      {1e20, 3e20, 2, "1e+20 2e+20 3e+20"},
      {0.1, 0.3, 2, "0.1 0.2 0.3"},
  };
  for (const AxisCase& each : kCases) {
    std::string got;
    for (const ValueAxis::Mark& mark : value_axis(each.least, each.most, each.marks).marks) {
      got += (got.empty() ? "" : " ") + mark.label;
    }
    EXPECT_EQ(got, each.expected) << each.least << " " << each.most;
  }
}

struct TimeCase {
  const char* from;
  const char* to;
  int most;
  std::string expected;
};

TEST(QueryPlot, MarksOfTimesAreRound) {
  const TimeCase kCases[] = {
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:25Z", 4, "03:04:10 03:04:20"},
      {"2026-01-02T03:04:05Z", "2026-01-02T04:04:05Z", 4, "03:15 03:30 03:45 04:00"},
      {"2026-01-02T03:04:05Z", "2026-01-03T03:04:05Z", 4, "06:00 12:00 18:00 00:00"},
      {"2026-01-02T03:04:05Z", "2026-01-09T03:04:05Z", 4, "01-03 01-05 01-07 01-09"},
      {"2026-01-02T03:04:05Z", "2027-01-02T03:04:05Z", 5,
       "2026-01-22 2026-04-23 2026-07-23 2026-10-22"},
      {"0001-01-02T03:04:05Z", "9999-01-02T03:04:05Z", 3, "1970-01-01 6052-01-25"},
      {"1969-12-31T23:59:30Z", "1970-01-01T00:01:00Z", 3, "00:00 00:01"},
      {"2026-01-02T03:04:05.100Z", "2026-01-02T03:04:05.200Z", 3, ""},
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", 3, "03:04:05"},
  };
  for (const TimeCase& each : kCases) {
    std::string got;
    for (const TimeMark& mark :
         time_marks(parse_rfc3339(each.from), parse_rfc3339(each.to), each.most)) {
      got += (got.empty() ? "" : " ") + mark.label;
    }
    EXPECT_EQ(got, each.expected) << each.from << " " << each.to;
  }
}

}  // namespace
}  // namespace tocsin::cli
