#include "series/embedded_source.h"

#include <bit>

#include <gtest/gtest.h>

#include "query/samples/notation.h"

namespace tocsin::series {
namespace {

using std::chrono::seconds;

const Timestamp kNow{std::chrono::hours{500'000}};

class EmbeddedSourceTest : public testing::Test {
 protected:
  void add(std::string_view series, Duration at, double value) {
    store.batch(kNow + at).add(query::parse_series(series), kNow + at, value);
  }
  std::string ask(const std::string& expression, Duration at = Duration{0}) {
    std::string out = "no answer";
    source.instant(expression, kNow + at, [&](const query::Answer& answer) {
      if (const auto* failure = std::get_if<query::Failure>(&answer)) {
        out = failure->message;
        return;
      }
      out.clear();
      for (const query::Sample& sample : std::get<query::Samples>(answer)) {
        out += sample.labels.to_string() + " " + std::to_string(sample.value) + ";";
      }
    });
    return out;
  }
  std::string write(std::string_view series, Duration at, double value) {
    const query::Sample sample{query::parse_series(series), kNow + at, value};
    std::string out = "no answer";
    source.write({&sample, 1}, [&](std::string outcome) { out = std::move(outcome); });
    return out;
  }

  Store store;
  EmbeddedSource source{store};
};

TEST_F(EmbeddedSourceTest, AnswersAtOnceWhetherExpectedOrNot) {
  add("up{a=\"1\"}", seconds{0}, 1);
  add("up{a=\"2\"}", seconds{0}, 0);
  const std::vector<std::string> table = {
      "up == 0", "sum(up)", "1 + 1", "up[5m]", "\"text\"", "sum(up) by (a) > 0", "up + on(b) up"};
  std::vector<std::string> expected;
  for (const std::string& each : table) expected.push_back(ask(each));
  EXPECT_EQ(expected[0], "{__name__=\"up\", a=\"2\"} 0.000000;");
  EXPECT_EQ(expected[1], "{} 1.000000;");
  EXPECT_EQ(expected[2], "{} 2.000000;");
  EXPECT_EQ(expected[3], "the result is a range vector, not a vector or scalar");
  EXPECT_EQ(expected[4], "the result is a string, not a vector or scalar");
  std::vector<std::string> rules = table;
  rules.insert(rules.end(), table.begin(), table.end());
  source.expect(rules);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < table.size(); ++i) EXPECT_EQ(ask(table[i]), expected[i]);
  }
  EXPECT_NE(ask("sum("), "");
}

TEST_F(EmbeddedSourceTest, ComputesAgainWhatWasWrittenMeanwhile) {
  add("m", seconds{0}, 1);
  source.expect({"sum(recorded)", "sum(recorded)", "sum(recorded) + 1", "sum(m)", "sum(m)",
                 "sum({__name__=~\"rec.*\"})", "sum({__name__=~\"rec.*\"})"});
  EXPECT_EQ(ask("sum(recorded)"), "");
  EXPECT_EQ(ask("sum(recorded) + 1"), "");
  EXPECT_EQ(ask("sum({__name__=~\"rec.*\"})"), "");
  EXPECT_EQ(write("recorded", seconds{0}, 7), "");
  EXPECT_EQ(ask("sum(recorded)"), "{} 7.000000;");
  EXPECT_EQ(ask("sum(recorded) + 1"), "{} 8.000000;");
  EXPECT_EQ(ask("sum({__name__=~\"rec.*\"})"), "{} 7.000000;");
  EXPECT_EQ(ask("sum(m)"), "{} 1.000000;");
  // At another instant it is another answer.
  add("m", seconds{5}, 2);
  EXPECT_EQ(write("recorded", seconds{5}, 9), "");
  EXPECT_EQ(ask("sum(m)", seconds{5}), "{} 2.000000;");
  EXPECT_EQ(ask("sum(recorded)", seconds{5}), "{} 9.000000;");
  EXPECT_EQ(ask("sum(recorded)", seconds{1}), "{} 7.000000;");
}

TEST_F(EmbeddedSourceTest, SharesPartsWithoutMixingThemUp) {
  for (int i = 0; i <= 120; i += 15) {
    for (int series = 0; series < 100; ++series) {
      add("c{a=\"" + std::to_string(series % 4) + "\",b=\"" + std::to_string(series) + "\"}",
          seconds{i}, i * series);
    }
  }
  const std::vector<std::string> table = {
      "sum(rate(c[1m])) > 1",
      "sum(rate(c[1m])) > 2",
      "sum by (a) (rate(c[1m])) / ignoring(b) sum by (a) (increase(c[1m]))",
      "sum by (a) (rate(c[1m]))",
      "max(rate(c[1m])) - sum(rate(c[1m]))",
      "max(c) + sum(c)",
      "max(c) - sum(c)",
      "sum_over_time(sum(rate(c[1m]))[1m:15s])",
      "sum(rate(c[1m] offset 15s))",
      "rate(c[1m]) > 60",
      "topk(2, rate(c[1m]))",
      "-sum(c)",
      "c > 80 and c < 90",
  };
  std::vector<std::string> expected;
  for (const std::string& each : table) expected.push_back(ask(each, seconds{120}));
  source.expect(table);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      EXPECT_EQ(ask(table[i], seconds{120}), expected[i]) << table[i];
    }
  }
}

TEST_F(EmbeddedSourceTest, SaysWhichSampleWasRefused) {
  EXPECT_EQ(write("r{a=\"b\"}", seconds{5}, 1), "");
  EXPECT_EQ(write("r{a=\"b\"}", seconds{5}, 1), "");
  EXPECT_EQ(write("r{a=\"b\"}", seconds{5}, 2),
            "{__name__=\"r\", a=\"b\"}: duplicate sample for timestamp");
  EXPECT_EQ(write("r{a=\"b\"}", seconds{4}, 2), "{__name__=\"r\", a=\"b\"}: out of order sample");
  // The end of a series that another rule goes on with is none.
  EXPECT_EQ(write("r{a=\"b\"}", seconds{5}, std::bit_cast<double>(query::kStaleBits)), "");
  EXPECT_EQ(ask("r", seconds{6}), "{__name__=\"r\", a=\"b\"} 1.000000;");
}

TEST(SharedWork, PlansWhatOccursMoreThanOnce) {
  const auto planned = [](const std::vector<std::string>& texts) {
    std::vector<query::Parsed> trees;
    std::vector<const query::Expr*> roots;
    for (const std::string& text : texts) {
      trees.push_back(query::parse_expression(text));
      roots.push_back(trees.back().expr.get());
    }
    query::SharedWork work;
    work.plan(roots);
    return work.planned();
  };
  EXPECT_EQ(planned({"a", "b"}), 0U);
  EXPECT_EQ(planned({"sum(a) > 1", "sum(a) > 2"}), 1U);            // not also a
  EXPECT_EQ(planned({"sum(a) > 1", "sum(a) > 2", "max(a)"}), 2U);  // sum(a), and a
  EXPECT_EQ(planned({"rate(a[1m])", "increase(a[1m])"}), 1U);      // a[1m]
  EXPECT_EQ(planned({"rate(a[1m])", "rate(a[2m])", "a", "a offset 1m"}), 0U);
}

}  // namespace
}  // namespace tocsin::series
