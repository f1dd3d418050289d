// /metrics: the names that dashboards know, in a form that Prometheus can read.
#include <set>

#include <gmock/gmock.h>
#include <re2/re2.h>

#include "site.h"
#include "web/exposition.h"

namespace tocsin::testing {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end; (end = text.find('\n', from)) != std::string::npos; from = end + 1) {
    lines.push_back(text.substr(from, end - from));
  }
  if (from != text.size()) throw Error("the last line does not end");
  return lines;
}

TEST(Exposition, EscapesLabelsAndWritesNumbersAsPrometheusReadsThem) {
  web::Exposition out;
  out.family("m", "gauge", "Help.").sample(1, {{"a", "x\"\\\n"}, {"b", ""}}).sample(0.5);
  out.sample(std::numeric_limits<double>::infinity(), {}, "_sum")
      .sample(1e21)
      .sample(-std::nan(""));
  EXPECT_EQ(out.take(),
            "# HELP m Help.\n# TYPE m gauge\n"
            "m{a=\"x\\\"\\\\\\n\",b=\"\"} 1\nm 0.5\nm_sum +Inf\nm 1e+21\nm NaN\n");
}

/// Each sample belongs to the family above it, each family comes once, no sample comes twice.
void expect_well_formed(const std::string& text) {
  std::set<std::string> families;
  std::set<std::string> samples;
  std::string family;
  for (const std::string& line : lines_of(text)) {
    std::string name, rest;
    if (RE2::FullMatch(line, R"(# HELP ([a-z_:]+) .+)", &name)) {
      EXPECT_TRUE(families.insert(name).second) << name << " comes twice";
      family = name;
    } else if (RE2::FullMatch(line, R"(# TYPE ([a-z_:]+) (?:counter|gauge|histogram|summary))",
                              &name)) {
      EXPECT_EQ(name, family);
    } else if (
        RE2::FullMatch(
            line,
            R"re((([a-z_:]+)(?:\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})?) \S+)re",
            &rest, &name)) {
      EXPECT_TRUE(name.starts_with(family)) << line;
      EXPECT_TRUE(samples.insert(rest).second) << line << " comes twice";
    } else {
      ADD_FAILURE() << "not a line of the format: " << line;
    }
  }
  EXPECT_GT(families.size(), 20u);
}

TEST(Metrics, AreWellFormedWhateverTheRulesAreCalled) {
  Site site({kConfig, R"(
groups:
- name: "we\"b\\{}\n"
  interval: 10s
  rules: [{alert: Slow, expr: slow}]
)"});
  site.world.source.set("slow", {{{"host", "a\"\n"}}});
  site.world.run_for(minutes{1});
  const web::Response metrics = site.get("/metrics");
  EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
  expect_well_formed(metrics.body);
  EXPECT_THAT(metrics.body, HasSubstr(R"({rule_group="rules.yaml;we\"b\\{}\n"})"));
}

TEST(Metrics, CountWhatHappens) {
  Site site;
  site.world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  silence(site.world, "b", hours{1});
  site.world.run_for(minutes{2});
  site.world.source.fail("slow", "no");
  site.world.run_for(seconds{10});
  const std::string text = site.get("/metrics").body;
  for (const char* line : {
           "alertmanager_alerts{state=\"active\"} 1\n",
           "alertmanager_alerts{state=\"suppressed\"} 1\n",
           "alertmanager_silences{state=\"active\"} 1\n",
           "alertmanager_notifications_total{integration=\"webhook\"} 1\n",
           "alertmanager_notifications_failed_total{integration=\"webhook\",reason=\"other\"} 0\n",
           "alertmanager_notification_latency_seconds_bucket{integration=\"webhook\",le=\"+Inf\"} "
           "1\n",
           "alertmanager_config_last_reload_successful 1\n",
           "alertmanager_dispatcher_aggregation_groups 1\n",
           "prometheus_rule_evaluation_failures_total{rule_group=\"rules.yaml;web\"} 1\n",
           "prometheus_rule_group_interval_seconds{rule_group=\"rules.yaml;web\"} 10\n",
           "prometheus_rule_group_iterations_missed_total{rule_group=\"rules.yaml;web\"} 0\n",
           "tocsin_outbox_rows{state=\"dead\"} 0\n",
           "tocsin_journal_commit_failures_total 0\n",
           "tocsin_build_info{version=\"1.2.3\"} 1\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, CountRequestsByHandlerNotByPath) {
  Site site;
  site.get("/api/v2/alerts");
  site.get("/api/v2/alerts", {{"filter", "{"}});
  for (const char* id : {"00000000-0000-4000-8000-000000000000", "x", "y"}) {
    site.get(std::string("/api/v2/silence/") + id);
  }
  site.get("/no/such/path");
  site.send("POST", "/api/v2/alerts", "[]");
  const std::string text = site.get("/metrics").body;
  for (const char* line : {
           "alertmanager_http_request_duration_seconds_count{handler=\"/api/v2/alerts\",method="
           "\"get\",code=\"200\"} 1\n",
           "alertmanager_http_request_duration_seconds_count{handler=\"/api/v2/alerts\",method="
           "\"get\",code=\"400\"} 1\n",
           "alertmanager_http_request_duration_seconds_count{handler=\"/api/v2/alerts\",method="
           "\"post\",code=\"200\"} 1\n",
           "alertmanager_http_request_duration_seconds_bucket{handler=\"/api/v2/silence/"
           "{silenceID}\",method=\"get\",code=\"422\",le=\"+Inf\"} 2\n",
           "alertmanager_http_response_size_bytes_bucket{handler=\"/api/v2/alerts\",method=\"get\","
           "le=\"100\"} 2\n",
           "alertmanager_http_response_size_bytes_bucket{handler=\"/api/v2/alerts\",method=\"get\","
           "le=\"1e+06\"} 2\n",
           "prometheus_http_requests_total{handler=\"/api/v2/alerts\",code=\"200\"} 2\n",
           "alertmanager_http_requests_in_flight{method=\"get\"} 1\n",  // this one
           "alertmanager_http_concurrency_limit_exceeded_total{method=\"get\"} 0\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, ::testing::Not(HasSubstr("no/such")));
  expect_well_formed(text);
  EXPECT_THAT(site.get("/metrics").body,
              HasSubstr("alertmanager_http_requests_in_flight{method=\"get\"} 1\n"));
}

TEST(Metrics, SayThatAReloadFailedAndThatTheJournalFails) {
  Site site;
  site.world.files.config = "nonsense";
  site.send("POST", "/-/reload");
  site.world.journal().fail_next_commits(3);
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(seconds{30});
  const std::string text = site.get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("alertmanager_config_last_reload_successful 0\n"));
  EXPECT_THAT(text, HasSubstr("prometheus_config_last_reload_successful 0\n"));
  EXPECT_THAT(text, HasSubstr("tocsin_journal_commit_failures_total 3\n"));
}

}  // namespace
}  // namespace tocsin::testing
