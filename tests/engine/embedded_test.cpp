// The embedded source under the engine: what rules write is what rules find, and what a
// configuration means for what is kept.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/series_keeper.h"
#include "query/engine/shared_work.h"
#include "series/embedded_source.h"
#include "support/places.h"
#include "support/stories.h"
#include "support/temporary_folder.h"

namespace tocsin::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kEmbedded = R"(
sources: [{name: here, embedded: true}]
route: {receiver: nobody}
receivers: [{name: nobody}]
)";

std::string shown(series::EmbeddedSource& source, const std::string& expression, Timestamp at) {
  std::string out;
  source.instant(expression, at, [&](const query::Answer& answer) {
    if (const auto* failure = std::get_if<query::Failure>(&answer)) {
      out = failure->message;
      return;
    }
    for (const query::Sample& sample : std::get<query::Samples>(answer)) {
      out += sample.labels.to_string() + " " + std::to_string(sample.value) + "\n";
    }
  });
  return out;
}

class Embedded : public ::testing::Test {
 protected:
  World world(const std::string& rules, std::optional<std::chrono::milliseconds> slice = {}) {
    return World({kEmbedded, rules}, [this, slice](engine::Outside& outside) {
      outside.source = [this](const std::string&) { return &source; };
      outside.evaluation_slice = slice;
    });
  }
  series::Store store;
  series::EmbeddedSource source{store};
};

TEST_F(Embedded, RulesWriteWhatOthersFind) {
  World world = this->world(R"(
groups:
- name: g
  interval: 10s
  rules:
  - {record: one, expr: vector(1), labels: {a: b}}
  - {record: two, expr: one + 1}
  - {alert: Found, expr: "two > 1", for: 30s, labels: {severity: page}}
)");
  world.run_for(seconds{25});
  EXPECT_EQ(shown(source, "two", world.now), "{__name__=\"two\", a=\"b\"} 2.000000\n");
  EXPECT_EQ(shown(source, "ALERTS", world.now),
            "{__name__=\"ALERTS\", a=\"b\", alertname=\"Found\", alertstate=\"pending\", "
            "severity=\"page\"} 1.000000\n");
  world.run_for(seconds{30});
  EXPECT_THAT(shown(source, "ALERTS", world.now), HasSubstr("alertstate=\"firing\""));
  EXPECT_THAT(shown(source, "count(ALERTS)", world.now), HasSubstr("{} 1.000000"));
  EXPECT_THAT(shown(source, "ALERTS_FOR_STATE", world.now), HasSubstr("alertname=\"Found\""));
}

TEST_F(Embedded, SlicesLeaveNoGroupOut) {
  std::string rules = "groups:\n";
  for (int i = 0; i < 20; ++i) {
    rules += "- {name: g" + std::to_string(i) + ", interval: 10s, rules: [{record: r" +
             std::to_string(i) + ", expr: vector(1)}]}\n";
  }
  World world = this->world(rules, std::chrono::milliseconds{0});  // a group in each turn
  world.run_for(seconds{41}, std::chrono::milliseconds{100});
  const auto seen = world.engine().rules();
  for (const engine::GroupView& group : seen->groups()) {
    EXPECT_GE(group.status.iterations, 3U) << group.group->name;
    EXPECT_EQ(group.status.missed, 0U) << group.group->name;
  }
}

std::shared_ptr<const config::Config> load(const TemporaryFolder& folder,
                                           const std::string& sources, const std::string& rules) {
  folder.write("rules.yaml", rules);
  return config::parse(sources +
                           "rule_files: [rules.yaml]\nroute: {receiver: n}\n"
                           "receivers: [{name: n}]\n",
                       folder.path() / "config.yaml");
}

TEST(EmbeddedRetention, IsWhatIsConfiguredOrWhatRulesNeed) {
  const TemporaryFolder folder;
  const auto retention = [&](const std::string& sources, const std::string& expression) {
    return format_duration(engine::embedded_retention(*load(
        folder, sources,
        "groups: [{name: a, interval: 1m, rules: [{alert: A, expr: '" + expression + "'}]}]")));
  };
  const std::string here = "sources: [{name: here, embedded: true, retention: 1h}]\n";
  const std::string there =
      "sources: [{name: there, url: http://a}, {name: here, embedded: true, retention: 1h}]\n";
  EXPECT_EQ(retention(here, "up"), "1h");
  EXPECT_EQ(retention(here, "rate(a[3h] offset 1h) > 0"), "4h1m");
  EXPECT_EQ(retention(there, "rate(a[3h]) > 0"), "1h");  // not asked here
  EXPECT_EQ(retention("sources: [{name: here, embedded: true}]\n", "up"), "2h");
}

TEST(EmbeddedGroups, AreEvaluatedAtTheSameInstants) {
  const TemporaryFolder folder;
  const std::string rules =
      "groups: [{name: a, rules: [{alert: A, expr: b}]},"
      " {name: c, rules: [{alert: A, expr: b}], tocsin: {source: there}}]";
  const auto config = load(
      folder, "sources: [{name: here, embedded: true}, {name: there, url: http://a}]\n", rules);
  EXPECT_EQ(config->groups.at(0).offset, Duration{0});
  EXPECT_EQ(config->groups.at(1).offset, std::nullopt);
}

TEST(SeriesKeeper, SavesAtItsEndAndGoesOnFromThere) {
  const TemporaryFolder folder;
  const Timestamp now{std::chrono::hours{500'000}};
  const std::string file = folder.file("series");
  const auto samples_after = [&](auto&& change) {
    engine::SeriesKeeper keeper(file);
    keeper.begin(now);
    change(keeper.store());
    keeper.start();
    keeper.stop();
    return keeper.store().statistics().samples;
  };
  const auto nothing = [](series::Store&) {};
  EXPECT_EQ(samples_after(nothing), 0U);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(samples_after([&](series::Store& store) {
              store.batch(now).add(Labels{{"__name__", "m"}}, now, 1);
            }),
            1U);
  EXPECT_EQ(samples_after(nothing), 1U);
  folder.write("series", "no snapshot");
  EXPECT_EQ(samples_after(nothing), 0U);  // the start goes on
  EXPECT_TRUE(std::filesystem::exists(file + ".unreadable"));
}

/// A series of every metric that the expression names, so that there is something to compute.
void add_series(series::Store& store, const std::string& expression, Timestamp now) {
  const query::Parsed parsed = query::parse_expression(expression, {.experimental = true});
  if (parsed.expr == nullptr) return;
  for (const std::string& name : query::metrics_of(*parsed.expr).names) {
    for (int i = 40; i >= 0; --i) {
      const Timestamp at = now - i * seconds{15};
      store.batch(at).add(
          Labels{{"__name__", name}, {"job", "a"}, {"instance", "b:1"}, {"le", "1"}}, at, 100 - i);
    }
  }
}

TEST(EmbeddedConformance, RulePacksOfPeopleAreEvaluated) {
  const auto folder = test::conformance_dir() / "rules";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no conformance data";
  const Timestamp now{std::chrono::hours{500'000}};
  std::size_t evaluated = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    std::vector<Diagnostic> diagnostics;
    const auto groups =
        config::parse_rule_file(text.str(), file.path().filename().string(), diagnostics);
    std::vector<std::string> expressions;
    for (const auto& group : groups) {
      for (const auto& rule : group.rules) expressions.push_back(rule.expression);
    }
    series::Store store;
    series::EmbeddedSource source(store);
    source.expect(expressions);
    for (const bool with_series : {false, true}) {
      for (const std::string& expression : expressions) {
        if (with_series) add_series(store, expression, now);
        source.instant(expression, now + (with_series ? seconds{1} : seconds{0}),
                       [&](const query::Answer& answer) {
                         const auto* failure = std::get_if<query::Failure>(&answer);
                         EXPECT_EQ(failure, nullptr)
                             << file.path() << ": " << expression << ": " << failure->message;
                         ++evaluated;
                       });
      }
    }
  }
  EXPECT_GT(evaluated, 500U);
}

}  // namespace
}  // namespace tocsin::testing
