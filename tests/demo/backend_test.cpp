// What the demo's backend counts depends on how long each trouble lasted, and on nothing else.
#include "demo/backend.h"

#include <gmock/gmock.h>

#include "config/config.h"
#include "demo/files.h"
#include "model/error.h"

namespace tocsin::demo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Timestamp at(int seconds) { return Timestamp(std::chrono::seconds{1'000'000 + seconds}); }

TEST(Backend, EverySeriesIsThereFromTheStart) {
  Backend backend;
  backend.flow(at(0));
  const std::string text = backend.exposition();
  EXPECT_THAT(
      text,
      HasSubstr("http_requests_total{method=\"GET\",endpoint=\"/drive\",status=\"500\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("auth_attempts_total{type=\"login\",status=\"failed\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE http_request_duration_seconds histogram\n"));
}

TEST(Backend, CountsWhatFlowedWhileATroubleLasted) {
  Backend backend;
  backend.flow(at(0));
  backend.flow(at(10));
  backend.begin(Trouble::Errors);
  backend.flow(at(20));
  backend.heal();
  backend.flow(at(30));
  const std::string text = backend.exposition();
  EXPECT_THAT(text, HasSubstr("endpoint=\"/drive\",status=\"200\"} 550\n"));
  EXPECT_THAT(text, HasSubstr("endpoint=\"/drive\",status=\"500\"} 50\n"));
  EXPECT_THAT(text, HasSubstr("endpoint=\"/health/ready\",status=\"500\"} 0\n"));
}

TEST(Backend, SlowRequestsAreInTheBucketsOfTheirDurations) {
  Backend backend;
  backend.flow(at(0));
  backend.begin(Trouble::Latency);
  backend.flow(at(10));
  const std::string text = backend.exposition();
  EXPECT_THAT(text, HasSubstr("endpoint=\"/drive\",le=\"1\"} 40\n"));
  EXPECT_THAT(text, HasSubstr("endpoint=\"/drive\",le=\"2.5\"} 140\n"));
  EXPECT_THAT(text, HasSubstr("endpoint=\"/drive\",le=\"+Inf\"} 200\n"));
}

TEST(Backend, AClockSetBackCountsNothing) {
  Backend backend;
  backend.flow(at(0));
  backend.begin(Trouble::Logins);
  backend.flow(at(10));
  const std::string before = backend.exposition();
  backend.flow(at(5));
  EXPECT_EQ(backend.exposition(), before);
  EXPECT_THAT(before, HasSubstr("status=\"failed\"} 50\n"));
}

TEST(Files, AreAConfigurationAndRulesWithoutComplaints) {
  const auto config = config::parse(config_text(8080, 2525), "config.yaml");
  EXPECT_EQ(config->scrape.size(), 1u);
  EXPECT_EQ(config->receivers.at(0).channels.size(), 3u);
  std::vector<Diagnostic> problems;
  const auto groups = config::parse_rule_file(rules_text(), "rules.yaml", problems);
  EXPECT_THAT(problems, ::testing::IsEmpty());
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].rules.size(), 3u);
}

}  // namespace
}  // namespace tocsin::demo
