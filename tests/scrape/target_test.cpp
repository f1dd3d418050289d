#include "scrape/target.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scrape/sample_labels.h"
#include "world.h"

namespace tocsin::scrape {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RelabelRule set(const std::string& target, const std::string& replacement) {
  RelabelRule rule;
  rule.target_label = target;
  rule.replacement = replacement;
  return rule;
}

TEST(Targets, HaveTheLabelsOfPrometheus) {
  JobSettings job = job_of("api", {"a.example.org:80"});
  job.static_targets[0].labels = {{"env", "prod"}, {"__meta_x", "y"}, {"empty", ""}};
  job.params = {{"module", {"http", "b"}}, {"a b", {"&"}}};
  const Targets targets = make_targets(job, job.static_targets);
  ASSERT_EQ(targets.active.size(), 1U);
  const Target& target = targets.active[0];
  EXPECT_EQ(target.discovered.to_string(),
            R"({__address__="a.example.org:80", __meta_x="y", __metrics_path__="/metrics", )"
            R"("__param_a b"="&", __param_module="http", __scheme__="http", )"
            R"(__scrape_interval__="10s", __scrape_timeout__="5s", env="prod", job="api"})");
  EXPECT_EQ(target.attached.to_string(), R"({env="prod", instance="a.example.org:80", job="api"})");
  EXPECT_EQ(target.url, "http://a.example.org:80/metrics?a+b=%26&module=http&module=b");
}

TEST(Targets, AreWhatRelabellingMakesOfThem) {
  JobSettings job = job_of("probe", {"https://example.org/x"});
  job.static_targets[0].targets[0].set("__param_target", "https://example.org/?q=1");
  job.relabel = {set(std::string(kAddress), "prober:9115"),
                 set(std::string(kMetricsPath), "/probe"),
                 set(std::string(kScheme), "https"),
                 set(std::string(kScrapeInterval), "1m"),
                 set("instance", "site"),
                 set("__tmp", "gone")};
  const Target target = make_targets(job, job.static_targets).active.at(0);
  EXPECT_EQ(target.url, "https://prober:9115/probe?target=https%3A%2F%2Fexample.org%2F%3Fq%3D1");
  EXPECT_EQ(target.interval, std::chrono::minutes{1});
  EXPECT_EQ(target.attached.to_string(), R"({instance="site", job="probe"})");
}

TEST(Targets, ThatCannotBeSayWhy) {
  const auto problem = [](const std::string& label, const std::string& value) {
    JobSettings job = job_of("x");
    job.relabel = {set(label, value)};
    const Targets targets = make_targets(job, job.static_targets);
    return targets.problems.empty() ? "" : targets.problems[0];
  };
  const std::string start = "target {__address__=\"a:1\"} of group \"0\": ";
  EXPECT_EQ(problem(std::string(kAddress), ""), start + "it has no label __address__");
  EXPECT_EQ(problem(std::string(kAddress), "a/b"),
            start + "its address \"a/b\" has a \"/\" in it: it must be host:port");
  EXPECT_EQ(problem(std::string(kScheme), "ftp"),
            start + "its label __scheme__ must be http or https, not \"ftp\"");
  EXPECT_EQ(problem(std::string(kScrapeInterval), "never"),
            start +
                "its label __scrape_interval__ must be a scrape interval longer than 0, not "
                "\"never\"");
  EXPECT_EQ(problem(std::string(kScrapeTimeout), "1m"),
            start + "its scrape timeout 1m is longer than its scrape interval 10s");
  EXPECT_EQ(problem("a", "b"), "");
}

TEST(Targets, AreThereOnceAndDroppedOnesAreShown) {
  JobSettings job = job_of("x", {"a:1", "b:1", "a:1", "c:1"});
  RelabelRule drop;
  drop.action = RelabelAction::Drop;
  drop.source_labels = {std::string(kAddress)};
  drop.regex = Pattern("b:.*");
  job.relabel = {drop};
  const Targets targets = make_targets(job, job.static_targets);
  EXPECT_EQ(targets.active.size(), 2U);
  ASSERT_EQ(targets.dropped.size(), 1U);
  EXPECT_EQ(targets.dropped[0].get(kAddress), "b:1");
}

TEST(Offsets, AreSpreadAndStay) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 1000; ++i) addresses.push_back("host-" + std::to_string(i) + ":80");
  const JobSettings job = job_of("x", addresses);
  std::vector<int> seconds(10);
  for (const Target& target : make_targets(job, job.static_targets).active) {
    const Duration offset = offset_of(target);
    EXPECT_EQ(offset, offset_of(target));
    ++seconds.at(static_cast<std::size_t>(offset / std::chrono::seconds{1}));
  }
  for (const int here : seconds) EXPECT_NEAR(here, 100, 50);
}

TEST(Schedule, IsTheNextPlaceInTheInterval) {
  using namespace std::chrono_literals;
  EXPECT_EQ(next_scrape(at_second(100), 10s, 3s), at_second(103));
  EXPECT_EQ(next_scrape(at_second(103), 10s, 3s), at_second(113));
  EXPECT_EQ(next_scrape(at_second(99), 10s, 0s), at_second(100));
  EXPECT_EQ(next_scrape(at_second(0), 10s, 3s), at_second(3));
  EXPECT_EQ(next_scrape(at_second(-20), 10s, 3s), at_second(-17));
}

TEST(SampleLabels, OfTheTargetWinUnlessExposedOnesAreHonored) {
  const Labels target = {{"job", "x"}, {"instance", "a:1"}, {"exported_job", "t"}};
  const std::vector<LabelView> exposed = {
      {"__name__", "up"}, {"job", "own"}, {"instance", ""}, {"a", ""}, {"b", "c"}};
  Labels labels = exposed_labels(exposed);
  attach(labels, target, false);
  EXPECT_EQ(labels.to_string(),
            R"({__name__="up", b="c", exported_exported_job="own", exported_job="t", )"
            R"(instance="a:1", job="x"})");
  labels = exposed_labels(exposed);
  attach(labels, target, true);
  EXPECT_EQ(labels.to_string(), R"({__name__="up", b="c", exported_job="t", job="own"})");
}

TEST(TargetGroups, AreReadFromJson) {
  const auto groups = parse_target_groups(
      R"([{"targets":["a:1","b:2"],"labels":{"env":"x"}},{"targets":[]}])", "s");
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].targets.size(), 2U);
  EXPECT_EQ(groups[0].labels.get("env"), "x");
  EXPECT_EQ(groups[1].source, "s:1");
  for (const auto& [json, expected] : std::initializer_list<std::pair<std::string, std::string>>{
           {"{", "it is no JSON"},
           {"{}", "it must be a list of target groups"},
           {"[1]", "target group 1: it must be an object with \"targets\" and \"labels\""},
           {R"([{"targets":[1]}])", "target group 1: \"targets\" must be a list of host:port"},
           {R"([{"labels":{"a":1}}])", "target group 1: label \"a\" must be a text"},
           {R"([{"target":[]}])", "target group 1: unknown key \"target\""}}) {
    try {
      parse_target_groups(json, "s");
      FAIL() << json;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), expected);
    }
  }
}

}  // namespace
}  // namespace tocsin::scrape
