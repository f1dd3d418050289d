// One expression in each line: what is found in it, and what must not be found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check/found.h"

namespace tocsin::check {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

struct Case {
  std::string expression;
  std::vector<std::string> found;  ///< columns from 1
};

void expect_all(const std::vector<Case>& cases, std::string_view code) {
  Options options;
  options.codes = {code};
  for (const Case& each : cases) {
    std::vector<std::string> expected;
    for (const std::string& column : each.found) {
      expected.push_back(column + " " + std::string(code));
    }
    EXPECT_THAT(found_in_alert(each.expression, options), ElementsAreArray(expected))
        << each.expression;
  }
}

TEST(NeverReturns, SelectorsThatContradictThemselves) {
  expect_all(
      {
          {"x{a=\"1\", a=\"2\"} > 0", {"1"}},
          {"0 < x{a=\"1\", a!=\"1\"}", {"5"}},
          {"x{a=\"1\", a=~\"2|3\"} > 0", {"1"}},
          {"x{a=\"1\", a!~\"1|3\"} > 0", {"1"}},
          {"{__name__=\"x\", __name__=~\"y\"} > 0", {"1"}},
          {"x{a=\"\", a=~\".+\"} > 0", {"1"}},
          {"sum(rate(x{a=\"1\", a=\"2\"}[5m])) > 0", {"10"}},
          {"absent(x{a=\"1\", a=\"2\"})", {"8"}},
          {"x{a=\"1\", a=\"2\"} or y{b=\"1\", b=\"2\"}", {"1", "20"}},
          {"x{a=\"1\", a=~\"1|2\", a!=\"2\", b!=\"\"} > 0", {}},
          {"x{a=~\"1\", a=~\"2\"} > 0", {}},  // not looked into
          {"x{a!=\"1\", a!=\"2\"} > 0", {}},
          {"{__name__=\"x\"} > 0", {}},
      },
      kNeverReturns);
}

TEST(NeverReturns, ComparisonsThatAreNeverTrue) {
  expect_all(
      {
          {"vector(1) > 2", {"1"}},
          {"2 < vector(1)", {"1"}},
          {"vector(1 + 1) != 2", {"1"}},
          {"count(up == 0) == 0", {"1"}},
          {"count by (job) (x) < 1", {"1"}},
          {"absent(up) == 0", {"1"}},
          {"0 == absent(up)", {"1"}},
          {"count_over_time(x[5m]) == 0", {"1"}},
          {"abs(x) < 0", {"1"}},
          {"sum(abs(x)) < 0", {"1"}},
          {"(x > 90) < 80", {"1"}},
          {"(x > 90) <= 90", {"1"}},
          {"x > 5 < 5", {"1"}},
          {"hour() > 23", {"1"}},
          {"day_of_week() == 7", {"1"}},
          {"(x == bool 0) > 1", {"1"}},
          {"clamp(x, 0, 10) > 10", {"1"}},
          {"clamp_max(x, 10) > 10", {"1"}},
          {"clamp_min(x, 10) < 10", {"1"}},
          {"-abs(x) > 0", {"1"}},
          {"abs(x) * 100 < 0", {"1"}},
          {"abs(x) + 1 < 1", {"1"}},
          {"max(group(x)) == 2", {"1"}},
          {"x > vector(1) and vector(1) > 2", {"19"}},
          {"sum(x) or vector(0) > 5", {"11"}},
          {"x == 1 unless (group(y) == 2)", {"16"}},
      },
      kNeverReturns);
}

TEST(NeverReturns, IsNotSaidOfWhatMayBeTrue) {
  expect_all(
      {
          {"vector(2) > 1", {}},
          {"count(x) == 1", {}},
          {"count(x) < 2", {}},
          {"count(x) == 0 or vector(1)", {"1"}},
          {"(x > 90) <= 91", {}},
          {"(x >= 90) <= 90", {}},
          {"x < 5 > -5", {}},
          {"rate(x[5m]) < 0", {}},  // of a gauge below zero
          {"x != x", {}},           // NaN
          {"hour() >= 23", {}},
          {"vector(1) == bool 2", {}},
          {"(x == bool 0) == 1", {}},
          {"clamp(x, 10, 0) > 5", {"1"}},
          {"clamp_min(abs(x) < 5, scalar(y)) > 5", {}},
          {"clamp_max(abs(x), scalar(y)) < 0", {}},
          {"clamp_min(abs(x), scalar(y)) < 0", {"1"}},
          {"abs(x) / y < 0", {}},
          {"abs(x) - 1 < 0", {}},
          {"abs(x) * -1 < 0", {}},
          {"x % 2 == 1", {}},
          {"2 ^ x < 0", {}},
          {"sum(x) < 0", {}},
          {"quantile(2, abs(x)) < 0", {}},
          {"time() - x > 3600", {}},
          {"vector(time()) < 0", {}},
          {"label_replace(count(x), \"a\", \"b\", \"\", \"\") > 3", {}},
          {"(group(x) or count(x)) > 5", {}},
          {"vector(NaN) != NaN", {}},
          {"x == NaN", {}},
          {"x > +Inf", {"1"}},
      },
      kNeverReturns);
}

TEST(NeverMatches, SidesThatHaveNothingInCommon) {
  expect_all(
      {
          {"a{mode=\"x\"} / b{mode=\"y\"} > 1", {"1"}},
          {"a{mode=\"x\"} > b{mode=\"y\"}", {"1"}},
          {"a{mode=\"x\"} > on (mode) b{mode=\"y\"}", {"1"}},
          {"a{mode=\"x\"} and b{mode=\"y\"}", {"1"}},
          {"a{mode=\"x\"} == 0 unless b{mode=\"y\"}", {"1"}},
          {"a{job=\"x\"} / sum(b) > 1", {"1"}},
          {"sum(a) / b{job=~\".+\"} > 1", {"1"}},
          {"sum(a) / on (job) b{job=\"x\"} > 1", {"1"}},
          {"sum without (job) (a{job=\"x\"}) / a{job=\"x\"} > 1", {"1"}},
          {"a{job=\"x\"} * on (job) group_left () vector(2) > 1", {"1"}},
          {"sum by (job) (a{job=\"x\"}) / sum by (job) (b{job=\"y\"}) > 1", {"1"}},
          {"a{job=\"x\"} and absent(a{job=\"y\"})", {"1"}},
          {"up{job=\"x\"} and vector(1)", {"1"}},
          {"a{b=\"\"} and b{b=\"1\"}", {"1"}},
      },
      kNeverMatches);
}

TEST(NeverMatches, IsNotSaidOfWhatMayMatch) {
  expect_all(
      {
          {"a{mode=\"x\"} / ignoring (mode) b{mode=\"y\"} > 1", {}},
          {"a{mode=\"x\"} / on (job) b{mode=\"y\"} > 1", {}},
          {"a{mode=\"x\"} or b{mode=\"y\"}", {}},
          {"a{mode=\"x\"} / b{mode=\"x\"} > 1", {}},
          {"a{mode=\"x\"} / b > 1", {}},
          {"a{mode=\"x\"} / sum(b) by (mode) > 1", {}},
          {"a{mode=\"x\"} and on () absent(c{mode=\"y\"})", {}},
          {"a{mode=\"x\"} / scalar(sum(b)) > 1", {}},
          {"sum(a{mode=\"x\"}) / sum(b{mode=\"y\"}) > 1", {}},
          {"sum by (job) (a) / sum by (instance) (b) > 1", {}},  // both may lack them
          {"label_replace(a{b=\"1\"}, \"b\", \"2\", \"\", \"\") / c{b=\"2\"} > 1", {}},
          {"label_join(a{b=\"1\"}, \"b\", \"\", \"c\") / c{b=\"2\"} > 1", {}},
          {"count_values(\"b\", a) / c{b=\"2\"} > 1", {}},
          {"topk(3, a{b=\"2\"}) / c{b=\"2\"} > 1", {}},
          {"(a{b=\"1\"} or a{b=\"2\"}) / c{b=\"2\"} > 1", {}},
          {"info(a) / c{b=\"2\"} > 1", {}},
          {"a * on (x) group_left (b) c{b=\"1\"} and d{b=\"1\"}", {}},
          {"a{job=\"x\"} + fill (0) sum(b) > 1", {}},
      },
      kNeverMatches);
}

TEST(NoComparison, AlertsThatFireWheneverThereAreSeries) {
  expect_all(
      {
          {"up", {"1"}},
          {"(rate(x[5m]))", {"2"}},
          {"sum by (job) (x)", {"1"}},
          {"x / y * 100", {"1"}},
          {"x > bool 5", {"1"}},
          {"sum(x == bool 0)", {"1"}},
          {"x or y", {"1"}},
          {"up == 0", {}},
          {"0 < up", {}},
          {"sum(up == 0)", {}},
          {"x - (y > 5)", {}},
          {"absent(x)", {}},
          {"absent_over_time(x[5m])", {}},
          {"x unless y", {}},
          {"x and on () (hour() > 5)", {}},
          {"x > 5 or y", {}},
          {"job:errors:high", {}},
          {"ALERTS{alertstate=\"firing\"}", {}},
          {"max_over_time((x > 5)[5m:])", {}},
          {"{job=\"x\"}", {}},
          {"vector(1)", {}},
          {"1", {}},
          {"time()", {}},
      },
      kNoComparison);
}

TEST(WindowShort, LessThanFourScrapes) {
  expect_all(
      {
          {"rate(x[30s]) > 0", {"6"}},
          {"rate(x[1m]) > 0", {}},
          {"rate(x[59s]) > 0", {"6"}},
          {"increase((x[15s])) > 0", {"11"}},
          {"irate(x[45s]) + deriv(y[45s]) + delta(z[45s]) > 0", {"7", "23", "39"}},
          {"predict_linear(x[30s], 3600) > 0", {"16"}},
          {"max_over_time(x[30s]) > 0", {}},
          {"changes(x[30s]) > 0", {}},
          {"rate(x[30s:5s]) > 0", {}},
          {"rate(x[5s * 6]) > 0", {}},
          {"max_over_time(rate(x[30s])[1h:]) > 0", {"20"}},
      },
      kWindowShort);
}

TEST(WindowShort, KnowsTheScrapeInterval) {
  Options options;
  options.codes = {kWindowShort};
  options.settings.scrape_interval = std::chrono::minutes{1};
  EXPECT_THAT(found_in_alert("rate(x[3m]) > 0", options), ElementsAreArray({"6 window-short"}));
  EXPECT_THAT(found_in_alert("rate(x[4m]) > 0", options), IsEmpty());
}

TEST(CounterRaw, ComparedWithWhatItHasCountedSinceItsStart) {
  expect_all(
      {
          {"x_errors_total > 5", {"1"}},
          {"5 < sum by (job) (x_errors_total)", {"19"}},
          {"x_errors_total / y > 0.5", {"1"}},
          {"histogram_quantile(0.9, x_bucket) > 1", {"25"}},
          {"histogram_quantile(0.9, sum by (le) (x_bucket)) > 1", {"25"}},
          {"rate(x_errors_total[5m]) > 5", {}},
          {"x_errors_total", {}},
          {"absent(x_errors_total) == 1", {}},
          {"count(x_errors_total) > 5", {}},
          {"timestamp(x_errors_total) < 5", {}},
          {"x_errors_total - x_errors_total offset 5m > 5", {}},
          {"x_errors_total > x_errors_total offset 5m", {}},
          {"y > 5 and x_errors_total", {}},
          {"changes(x_errors_total[5m]) > 5", {}},
          {"max_over_time(x_errors_total[5m]) > 5", {}},
          {"histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) > 1", {}},
          {"x > 5", {}},
          {"errors_total > 5", {"1"}},
          {"x_errors_total > 0", {"1"}},
          {"x_errors_total == 0", {}},
          {"0 == sum(x_errors_total)", {}},
          {"x_errors_total == 5", {"1"}},
          {"members_total > 5", {}},  // of which there are so many now
          {"x_memory_total > 5", {}},
      },
      kCounterRaw);
}

TEST(Experimental, IsPointedAt) {
  expect_all(
      {
          {"limitk(1, x) > 0", {"1"}},
          {"rate(x[5m * 2]) > 0", {"8"}},
          {"sort_by_label(x, \"a\") > 0", {"1"}},
          {"rate(x[5m]) > 0", {}},
      },
      kExperimental);
}

TEST(Expressions, OfAnySizeAreLookedThrough) {
  std::string chain = "x{a=\"1\", a=\"2\"}";
  for (int i = 0; i < 900; ++i) chain += " + x{a=\"1\", a=\"2\"}";
  EXPECT_EQ(found_in_alert(chain).size(), 20U) << "but what is found is not told without end";
  std::string deep;
  for (int i = 0; i < 900; ++i) deep += "sum by (a) (";
  EXPECT_THAT(found_in_alert(deep + "x" + std::string(900, ')') + " > 0"), IsEmpty());
}

}  // namespace
}  // namespace tocsin::check
