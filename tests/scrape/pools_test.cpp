#include "scrape/pools.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"
#include "world.h"

namespace tocsin::scrape {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Timestamp kStart = at_second(1'000'000);

/// One target that was scraped some times, with what it answered.
struct OneTarget : World {
  explicit OneTarget(JobSettings settings = job_of("x")) : job(std::move(settings)) {
    pools.configure({job}, kStart);
  }
  /// The next scrape, which takes a quarter of a second. Its time, in seconds after the first.
  template <class Body>
  double scrape(const Body& body) {
    now = until_asked(now);
    if (first == Timestamp{}) first = now;
    const Timestamp asked_at = now;
    answer(body, now += 250ms);
    return static_cast<double>((asked_at - first).count()) / 1000;
  }
  /// Samples with the first scrape's time as 0.
  std::vector<std::string> samples(const std::string& metric) const {
    std::vector<std::string> lines = dump(store, metric);
    const std::string name =
        fmt::format("@{}", static_cast<double>(first.time_since_epoch().count()) / 1000);
    for (std::string& line : lines) {
      std::string out;
      for (std::size_t i = 0; i < line.size();) {
        if (line[i] != '@') {
          out += line[i++];
          continue;
        }
        std::size_t length = 0;
        const double time = std::stod(line.substr(i + 1), &length);
        out += fmt::format("@{:g}",
                           time - static_cast<double>(first.time_since_epoch().count()) / 1000);
        i += 1 + length;
      }
      line = out;
    }
    return lines;
  }
  std::string error() const { return pools.jobs().at(0).active.at(0).last_error; }

  JobSettings job;
  Timestamp now = kStart;
  Timestamp first = {};
};

TEST(Pools, ScrapeEachIntervalAndReport) {
  OneTarget world;
  world.scrape(std::string("a 1\nb{x=\"y\"} 2\n"));
  EXPECT_EQ(world.scrape(std::string("a 3\nb{x=\"y\"} 4\nc 5\n")), 10);
  EXPECT_THAT(world.samples("a"),
              ElementsAre(R"({__name__="a", instance="a:1", job="x"} 1@0 3@10)"));
  EXPECT_THAT(world.samples("b"),
              ElementsAre(R"({__name__="b", instance="a:1", job="x", x="y"} 2@0 4@10)"));
  EXPECT_THAT(world.samples("up"),
              ElementsAre(R"({__name__="up", instance="a:1", job="x"} 1@0 1@10)"));
  EXPECT_THAT(world.samples("scrape_series_added"), ElementsAre(HasSubstr("2@0 1@10")));
  EXPECT_THAT(world.samples("scrape_samples_scraped"), ElementsAre(HasSubstr("2@0 3@10")));
  EXPECT_THAT(world.samples("scrape_duration_seconds"), ElementsAre(HasSubstr("0.25@0 0.25@10")));
  const JobView view = world.pools.jobs().at(0);
  EXPECT_EQ(view.active.at(0).health, Health::Up);
  EXPECT_EQ(view.active.at(0).last_duration, 250ms);
}

TEST(Pools, AskWithThePrometheusHeaders) {
  JobSettings job = job_of("x");
  job.accept = "text/plain";
  job.compression = false;
  job.limits.body_bytes = 77;
  OneTarget world(job);
  world.until_asked(kStart);
  const net::Request& request = world.asked.at(0).request;
  EXPECT_EQ(request.url, "http://a:1/metrics");
  EXPECT_EQ(request.timeout, 5s);
  EXPECT_EQ(request.max_response_bytes, 77U);
  EXPECT_THAT(request.headers, ElementsAre(std::pair("Accept", "text/plain"),
                                           std::pair("X-Prometheus-Scrape-Timeout-Seconds", "5"),
                                           std::pair("Accept-Encoding", "identity")));
}

TEST(Pools, KnowAllWhenSomethingCameOfEachTargetAndDiscovery) {
  World world;
  JobSettings discovered = job_of("discovered", {});
  discovered.files = {{.files = {"missing.yaml"}}};
  EXPECT_TRUE(world.pools.know_all()) << "there is nothing to know";
  world.pools.configure({job_of("x", {"a:1", "b:1"}), discovered}, kStart);
  EXPECT_FALSE(world.pools.know_all()) << "no discovery and no target yet";
  Timestamp now = world.until_asked(kStart);
  world.answer("m 1\n", now);
  EXPECT_FALSE(world.pools.know_all()) << "one target of two";
  now = world.until_asked(now);
  world.answer(net::Failure{net::Failure::Kind::Other, "refused"}, now);
  EXPECT_TRUE(world.pools.know_all()) << "a failure is something too";
}

/// So many bytes of series that differ.
std::string body_of(std::size_t bytes) {
  std::string body;
  for (int i = 0; body.size() + 40 < bytes; ++i) body += fmt::format("m{{i=\"{}\"}} {}\n", i, i);
  return body + "#" + std::string(bytes - body.size() - 2, ' ') + "\n";
}

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

TEST(LargeBodies, AreReadInStepsWhileOthersGoOn) {
  World world;
  world.pools.configure({job_of("large", {"a:1"}), job_of("good", {"b:1"})}, kStart);
  Timestamp now = kStart;
  std::map<std::string, World::Asked> asked;
  while (asked.size() < 2) {
    now = world.until_asked(now);
    asked.insert({world.asked.front().request.url, std::move(world.asked.front())});
    world.asked.pop_front();
  }
  const auto say = [&](const std::string& url, std::string body) {
    asked.at(url).done(net::Response{200, {{"content-type", "text/plain"}}, std::move(body)});
  };
  say("http://a:1/metrics", body_of(4 * kMegabyte));
  EXPECT_EQ(world.pools.turn(now), now) << "it wants to go on at once";
  EXPECT_EQ(world.pools.jobs().at(0).active.at(0).health, Health::Unknown);
  say("http://b:1/metrics", "good 1\n");
  world.pools.turn(now);
  EXPECT_EQ(world.pools.jobs().at(1).active.at(0).health, Health::Up);
  EXPECT_EQ(world.pools.jobs().at(0).active.at(0).health, Health::Unknown);
  EXPECT_THAT(dump(world.store, "m"), IsEmpty()) << "nothing is stored before all is read";
  int turns = 0;
  while (world.pools.has_answers()) {
    world.pools.turn(now);
    ++turns;
  }
  EXPECT_THAT(turns, testing::AllOf(testing::Ge(4), testing::Le(12)));
  EXPECT_EQ(world.pools.jobs().at(0).active.at(0).health, Health::Up);
  EXPECT_GT(dump(world.store, "m").size(), 150'000U);
}

TEST(LargeBodies, StoreNothingOfWhatBreaksAtItsEnd) {
  OneTarget world;
  world.scrape(std::string("m{i=\"0\"} 1\n"));
  world.scrape(body_of(3 * kMegabyte) + "broken\n");
  while (world.pools.has_answers()) world.pools.turn(world.now);
  EXPECT_THAT(world.error(), HasSubstr(":7: "));
  EXPECT_THAT(world.samples("m"),
              ElementsAre(R"({__name__="m", i="0", instance="a:1", job="x"} 1@0 stale@10)"));
}

TEST(LargeBodies, OfTargetsThatAreGoneAreForgotten) {
  OneTarget world;
  world.scrape(body_of(3 * kMegabyte));
  EXPECT_TRUE(world.pools.has_answers());
  world.pools.configure({job_of("y", {"b:1"})}, world.now);
  world.pools.turn(world.now);
  EXPECT_FALSE(world.pools.has_answers());
  EXPECT_THAT(dump(world.store, "m"), IsEmpty());
}

TEST(LargeBodies, AreThoseOfMoreThanOneStep) {
  for (const std::size_t size : {kMegabyte - 1, kMegabyte, kMegabyte + 1}) {
    OneTarget world;
    world.scrape(body_of(size));
    EXPECT_EQ(world.pools.has_answers(), size > kMegabyte);
    while (world.pools.has_answers()) world.pools.turn(world.now);
    EXPECT_EQ(world.error(), "");
    EXPECT_GT(dump(world.store, "m").size(), 30'000U);
  }
}

TEST(Staleness, EndsWhatVanishesAndAllOfWhatFails) {
  OneTarget world;
  world.scrape(std::string("a 1\nb 1\nc 1 2000000000\n"));
  world.scrape(std::string("a 2\n"));
  world.scrape(net::Result(net::Failure{net::Failure::Kind::Connect, "no way", 0}));
  world.scrape(net::Result(net::Failure{net::Failure::Kind::Connect, "no way", 0}));
  world.scrape(std::string("a 3\n"));
  EXPECT_THAT(world.samples("a"), ElementsAre(HasSubstr(" 1@0 2@10 stale@20 3@40")));
  EXPECT_THAT(world.samples("b"), ElementsAre(HasSubstr(" 1@0 stale@10")));
  EXPECT_THAT(world.samples("up"), ElementsAre(HasSubstr(" 1@0 1@10 0@20 0@30 1@40")));
}

TEST(Staleness, IsTheirOwnBusinessOfSeriesWithTimes) {
  const std::string time = std::to_string(kStart.time_since_epoch().count());
  OneTarget world;
  world.scrape("a 1 " + time + "\nb 2\n");
  world.scrape(std::string("b 3\n"));
  EXPECT_THAT(dump(world.store, "a"), ElementsAre(HasSubstr(" 1@1000000")));
  EXPECT_THAT(dump(world.store, "a"), ElementsAre(testing::Not(HasSubstr("stale"))));
  JobSettings tracked = job_of("y");
  tracked.track_timestamps_staleness = true;
  OneTarget other(tracked);
  other.scrape("a 1 " + time + "\n");
  other.scrape(std::string("b 3\n"));
  EXPECT_THAT(other.samples("a"), ElementsAre(HasSubstr("stale@10")));
  JobSettings ignored = job_of("z");
  ignored.honor_timestamps = false;
  OneTarget third(ignored);
  third.scrape("a 1 " + time + "\n");
  EXPECT_THAT(third.samples("a"), ElementsAre(HasSubstr(" 1@0")));
}

TEST(Failures, AppendNothingAndSayWhy) {
  JobSettings job = job_of("x");
  job.limits = {.body_bytes = 1000,
                .samples = 2,
                .labels = 5,
                .label_name_length = 8,
                .label_value_length = 20};
  struct Case {
    net::Result result;
    std::string error;
  };
  const auto body = [](std::string text) -> net::Result {
    return net::Response{200, {{"content-type", "text/plain"}}, std::move(text)};
  };
  const std::vector<Case> cases = {
      {body("good 1\nbad{ 2\n"), "2:6: "},
      {body("a 1\nb 2\nc 3\n"),
       "sample limit exceeded: more than 2 samples after relabelling (sample_limit)"},
      {body("a{b=\"1\",c=\"2\",d=\"3\"} 1\n"),
       "label limit exceeded: a series of \"a\" has 6 labels, label_limit is 5"},
      {body("a{very_long=\"1\"} 1\n"), "label name too long: \"very_long\" of \"a\" has 9 bytes"},
      {body("a{b=\"123456789012345678901\"} 1\n"), "label value too long: that of \"b\" of \"a\""},
      {net::Response{404, {}, "a 1\n"}, "http://a:1 answered HTTP 404"},
      {net::Response{200, {}, "a 1\n"}, "the answer has no content type"},
      {net::Response{200, {{"content-type", "text/html; charset=utf-8"}}, "a 1\n"},
       "the answer is \"text/html\", which is no exposition of metrics"},
      {net::Failure{net::Failure::Kind::TooLarge, "the answer of http://a:1 is too large", 200},
       "the answer of http://a:1 is too large: it may have 1000 bytes (body_size_limit)"},
      {net::Response{200, {{"content-type", "application/openmetrics-text"}}, "a 1\n"}, "2:1: "},
  };
  for (const Case& each : cases) {
    OneTarget world(job);
    world.scrape(each.result);
    EXPECT_THAT(world.error(), HasSubstr(each.error));
    EXPECT_THAT(world.samples("a"), IsEmpty()) << each.error;
    EXPECT_THAT(world.samples("good"), IsEmpty());
    EXPECT_THAT(world.samples("up"), ElementsAre(HasSubstr(" 0@0")));
    EXPECT_EQ(world.pools.jobs().at(0).active.at(0).health, Health::Down);
    world.scrape(std::string("a 1\n"));
    EXPECT_EQ(world.error(), "");
    EXPECT_THAT(world.samples("a"), ElementsAre(HasSubstr(" 1@10")));
  }
}

TEST(Failures, OfTheTargetLimitAreOfAllTargets) {
  JobSettings job = job_of("x", {"a:1", "b:1"});
  job.limits.targets = 1;
  World world;
  world.pools.configure({job}, kStart);
  Timestamp now = kStart;
  while (now < kStart + 12s) now = std::max(world.pools.turn(now), now + 1ms);
  EXPECT_THAT(world.asked, IsEmpty());
  const std::vector<JobView> jobs = world.pools.jobs();
  for (const TargetView& target : jobs.at(0).active) {
    EXPECT_EQ(target.last_error, "target limit exceeded: the job has 2 targets, target_limit is 1");
  }
  EXPECT_EQ(dump(world.store, "up").size(), 2U);
}

TEST(MetricRelabelling, DropsAndRenames) {
  JobSettings job = job_of("x");
  RelabelRule drop;
  drop.action = RelabelAction::Drop;
  drop.source_labels = {"__name__"};
  drop.regex = Pattern("go_.*");
  RelabelRule rename;
  rename.source_labels = {"__name__"};
  rename.regex = Pattern("old_(.*)");
  rename.target_label = "__name__";
  rename.replacement = "new_$1";
  job.metric_relabel = {drop, rename};
  OneTarget world(job);
  world.scrape(std::string("go_threads 1\nold_a 2\n"));
  world.scrape(std::string("go_threads 1\nold_a 3\n"));
  EXPECT_THAT(world.samples("go_threads"), IsEmpty());
  EXPECT_THAT(world.samples("new_a"), ElementsAre(HasSubstr(" 2@0 3@10")));
  EXPECT_THAT(world.samples("scrape_samples_post_metric_relabeling"),
              ElementsAre(HasSubstr(" 1@0 1@10")));
}

TEST(OddSamples, AreCountedAndHarmNothing) {
  OneTarget world;
  world.scrape(std::string("a 1\na 2\nb 1 1000\nc 1 9999999999999\nd{x=\"1\"} 1\nd{x=\"1\",} 2\n"));
  EXPECT_EQ(world.error(), "");
  EXPECT_THAT(world.samples("a"), ElementsAre(HasSubstr(" 1@0")));
  EXPECT_THAT(world.samples("d"), ElementsAre(HasSubstr(" 1@0")));
  EXPECT_EQ(world.pools.counters().duplicate, 2U);
  EXPECT_EQ(world.pools.counters().out_of_bounds, 2U);
}

TEST(Metadata, IsWhatTheCommentsSayLast) {
  OneTarget world;
  world.scrape(std::string("# HELP a Old.\n# TYPE a counter\na 1\n"));
  world.scrape(std::string("# HELP a New.\n# TYPE a gauge\na 1\n# TYPE b summary\n"));
  const auto all = world.pools.metadata({}, "", 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].metadata, (Metadata{series::MetricType::Gauge, "New.", ""}));
  EXPECT_EQ(world.pools.metadata({}, "b", 10).size(), 1U);
  EXPECT_THAT(world.pools.metadata({Matcher("job", MatchOp::Equal, "y")}, "", 10), IsEmpty());
}

TEST(Reloads, KeepWhatDidNotChange) {
  OneTarget world;
  world.scrape(std::string("a 1\n"));
  JobSettings other = job_of("y", {"b:1"});
  world.pools.configure({world.job, other}, world.now);
  while (world.scrape(std::string("a 2\n")) < 10) {
  }
  EXPECT_THAT(world.samples("scrape_series_added"),
              testing::Contains(HasSubstr("instance=\"a:1\", job=\"x\"} 1@0 0@10")));
}

TEST(Reloads, EndWhatTheLinesOfATargetNoLongerGive) {
  OneTarget world;
  world.scrape(std::string("a 1\ngone 1\n"));
  RelabelRule drop;
  drop.action = RelabelAction::Drop;
  drop.source_labels = {"__name__"};
  drop.regex = Pattern("gone");
  world.job.metric_relabel = {drop};
  world.pools.configure({world.job}, world.now);
  world.scrape(std::string("a 2\ngone 2\n"));
  world.scrape(std::string("a 3\ngone 3\n"));
  world.pools.turn(world.now + 2s);
  EXPECT_THAT(world.samples("a"), ElementsAre(HasSubstr(" 1@0 2@10 3@20")));
  EXPECT_THAT(world.samples("gone"), ElementsAre(HasSubstr(" 1@0 stale@10")));
}

TEST(Reloads, EndTheSeriesOfTargetsThatAreGone) {
  OneTarget world;
  world.scrape(std::string("a 1\n"));
  world.pools.configure({}, world.now);
  for (Timestamp now = world.now; now < world.now + 60s; now += 1s) world.pools.turn(now);
  EXPECT_THAT(world.asked, IsEmpty());
  EXPECT_THAT(world.samples("a"), ElementsAre(HasSubstr(" 1@0 stale@10")));
  EXPECT_THAT(world.samples("up"), ElementsAre(HasSubstr(" 1@0 stale@10")));
}

TEST(Reloads, LeaveNoGapWhereAnotherTargetGoesOn) {
  OneTarget world;
  world.scrape(std::string("a 1\n"));
  JobSettings next = world.job;
  next.metrics_path = "/other";  // another target, but the same series
  world.pools.configure({next}, world.now);
  world.scrape(std::string("a 2\n"));
  world.scrape(std::string("a 3\n"));
  world.scrape(std::string("a 4\n"));
  const std::vector<std::string> lines = world.samples("a");
  ASSERT_EQ(lines.size(), 1U);
  const std::size_t end = lines[0].find("stale");
  EXPECT_TRUE(end == std::string::npos || lines[0].find("2@") > end) << lines[0];
  EXPECT_THAT(lines[0], HasSubstr("4@"));
}

TEST(SlowTargets, AreNotAskedTwiceAtATime) {
  OneTarget world;
  Timestamp now = world.until_asked(kStart);
  const Timestamp until = now + 35s;
  while (now < until) now = std::max(world.pools.turn(now), now + 1ms);
  EXPECT_EQ(world.asked.size(), 1U);
  EXPECT_EQ(world.pools.counters().missed, 3U);
}

TEST(Clocks, ThatAreSetBackStopNothing) {
  OneTarget world;
  world.scrape(std::string("a 1\n"));
  world.now -= 3600s;
  const Timestamp next = world.until_asked(world.now);
  EXPECT_LE(next, world.now + 10s);
}

TEST(FileDiscovery, ReadsAgainAndKeepsTheLastGoodList) {
  TemporaryFolder folder;
  const std::string path = folder.write("t.json", "1");
  JobSettings job = job_of("x");
  job.static_targets.clear();
  job.files = {{{folder.file("*.json")}, 60s}};
  World world;
  const TargetGroup group{"", {Labels{{"__address__", "a:1"}}}, {{"env", "x"}}};
  world.files[path] = {group};
  world.pools.configure({job}, kStart);
  world.pools.turn(kStart);
  ASSERT_EQ(world.pools.jobs().at(0).active.size(), 1U);
  EXPECT_EQ(world.pools.jobs()[0].active[0].discovered.get("__meta_filepath"), path);
  world.files.clear();  // broken
  folder.write("t.json", "more");
  world.pools.turn(kStart + 10s);
  EXPECT_EQ(world.pools.jobs().at(0).active.size(), 1U);
  EXPECT_THAT(world.pools.jobs().at(0).problems, ElementsAre("file: " + path + ": broken"));
  EXPECT_EQ(world.pools.counters().discovery_failures.at("file"), 1U);
  world.files[path] = {group, {"", {Labels{{"__address__", "b:1"}}}, {}}};
  world.pools.turn(kStart + 80s);  // unchanged as it looks, but read again
  EXPECT_EQ(world.pools.jobs().at(0).active.size(), 2U);
  EXPECT_THAT(world.pools.jobs().at(0).problems, IsEmpty());
  std::filesystem::remove(path);
  world.pools.turn(kStart + 90s);
  EXPECT_THAT(world.pools.jobs().at(0).active, IsEmpty());
}

TEST(HttpDiscovery, AsksAgainAndKeepsTheLastGoodList) {
  JobSettings job = job_of("x");
  job.static_targets.clear();
  job.urls = {{"http://sd:1/list?token=secret", 30s, {}}};
  World world;
  world.pools.configure({job}, kStart);
  world.pools.turn(kStart);
  ASSERT_EQ(world.asked.size(), 1U);
  EXPECT_EQ(world.asked[0].request.headers.at(1).second, "30");
  const auto answer = [](std::string text, int status = 200) {
    return net::Result(
        net::Response{status, {{"content-type", "application/json"}}, std::move(text)});
  };
  world.answer(answer(R"([{"targets":["a:1"]}])"), kStart + 1s);
  EXPECT_EQ(world.pools.jobs().at(0).active.size(), 1U);
  for (const auto& [text, status] :
       std::initializer_list<std::pair<std::string, int>>{{"[{}", 200}, {"[]", 500}, {"{}", 200}}) {
    world.asked.clear();
    World fresh;
    fresh.pools.configure({job}, kStart);
    fresh.pools.turn(kStart);
    fresh.answer(answer(R"([{"targets":["a:1"]}])"), kStart + 1s);
    fresh.asked.clear();
    Timestamp now = kStart + 1s;
    while (fresh.asked.empty() ||
           fresh.asked.back().request.url.find("sd:1") == std::string::npos) {
      fresh.asked.clear();
      now = std::max(fresh.pools.turn(now), now + 1ms);
    }
    fresh.answer(answer(text, status), now);
    EXPECT_EQ(fresh.pools.jobs().at(0).active.size(), 1U);
    ASSERT_EQ(fresh.pools.jobs().at(0).problems.size(), 1U);
    EXPECT_THAT(fresh.pools.jobs().at(0).problems[0], HasSubstr("http: http://sd:1"));
    EXPECT_THAT(fresh.pools.jobs().at(0).problems[0], testing::Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace tocsin::scrape
