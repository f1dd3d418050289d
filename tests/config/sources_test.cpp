#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAreArray;
using ::testing::SizeIs;

const std::string kRest = "\nroute: {receiver: a}\nreceivers: [{name: a}]\n";

TEST(Sources, AreRead) {
  const auto config = parse(R"(
sources:
- name: prometheus
  url: http://127.0.0.1:9090
- name: mimir
  url: https://mimir.example.org/prometheus
  external_url: https://mimir.example.org/ui
  remote_write_url: https://mimir.example.org/api/v1/push
  timeout: 1m
  bearer_token_file: token
  tls_config: {ca_file: /ca.pem}
)" + kRest,
                            "/etc/tocsin/config.yaml");
  ASSERT_THAT(config->sources, SizeIs(2));
  const net::SourceSettings& first = config->sources[0];
  EXPECT_EQ(first.name, "prometheus");
  EXPECT_EQ(first.url, "http://127.0.0.1:9090");
  EXPECT_EQ(first.timeout, seconds{30});
  EXPECT_EQ(first.remote_write_url, "");
  EXPECT_EQ(first.http, net::HttpSettings{});
  const net::SourceSettings& second = config->sources[1];
  EXPECT_EQ(second.external_url, "https://mimir.example.org/ui");
  EXPECT_EQ(second.remote_write_url, "https://mimir.example.org/api/v1/push");
  EXPECT_EQ(second.timeout, seconds{60});
  EXPECT_EQ(second.http.authorization->type, "Bearer");
  EXPECT_EQ(second.http.authorization->credentials.file, "/etc/tocsin/token");
  EXPECT_EQ(second.http.tls.ca_file, "/ca.pem");
  EXPECT_EQ(config->source("mimir"), &config->sources[1]);
  EXPECT_EQ(config->source("nobody"), nullptr);
}

TEST(Sources, DoNotHaveTheHttpConfigOfReceivers) {
  const auto config = parse(
      "global: {http_config: {proxy_url: http://p:1}}\nsources: [{name: a, url: http://a}]" + kRest,
      "config.yaml");
  EXPECT_EQ(config->sources.at(0).http.proxy_url, "");
}

TEST(Sources, RefuseWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"{name: a}",
       {"1:10: sources must be a list, this is a mapping; write [a, b], or one line "
        "for each with a dash"}},
      {"[a]", {"1:11: source must be a mapping, this is a single value"}},
      {"[~]", {"1:11: an element of sources is empty; fill it in or remove it"}},
      {"[{}]",
       {"1:11: a source needs a url, that of its Prometheus API", "1:11: a source needs a name"}},
      {"[{name: a}]", {"1:11: a source needs a url, that of its Prometheus API"}},
      {"[{name: a, url: localhost:9090}]",
       {"1:26: url must be a URL like http://host:9090, not \"localhost:9090\""}},
      {"[{name: a, url: 'ftp://me:secret@b'}]", {"1:26: url must be a URL like http://host:9090"}},
      {"[{name: a, url: http://a, remote_write_url: x}]",
       {"1:54: remote_write_url must be a URL like http://host:9090, not \"x\""}},
      {"[{name: a, url: http://a, timeout: 0}]", {"1:45: timeout must be longer than 0"}},
      {"[{name: a, url: http://a}, {name: a, url: http://b}]",
       {"1:44: there are two sources named \"a\"; rename one"}},
      {"[{name: a, url: http://a, remote_write: http://a}]",
       {"1:36: unknown key \"remote_write\"; did you mean \"remote_write_url\"?"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints("sources: " + yaml + kRest), ElementsAreArray(expected)) << yaml;
  }
}

}  // namespace
}  // namespace tocsin::config
