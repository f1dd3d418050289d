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

TEST(Sources, OneMayBeEmbedded) {
  const auto config =
      parse("sources: [{name: here, embedded: true, retention: 3h, memory_limit: 512MB}]" + kRest,
            "config.yaml");
  const net::SourceSettings& source = config->sources.at(0);
  EXPECT_TRUE(source.embedded);
  EXPECT_TRUE(source.writable());
  EXPECT_EQ(source.retention, std::chrono::hours{3});
  EXPECT_EQ(source.memory_limit, std::size_t{512} << 20);
}

TEST(Sources, TheEmbeddedOneIsThereWhereSomethingIsScraped) {
  const std::string scrape =
      "scrape_configs: [{job_name: a, static_configs: [{targets: [b:1]}]}]" + kRest;
  const auto names = [&](const std::string& sources) {
    std::string out;
    const auto config = parse(sources + scrape, "config.yaml");
    for (const auto& source : config->sources) {
      out += source.name + (source.embedded ? "! " : " ");
    }
    return out;
  };
  EXPECT_EQ(names(""), "local! ");
  EXPECT_EQ(names("sources: [{name: a, url: http://a}]\n"), "a local! ");
  EXPECT_EQ(names("sources: [{name: local, url: http://a}]\n"), "local local-embedded! ");
  EXPECT_EQ(names("sources: [{name: a, url: http://a}, {name: b, embedded: true}]\n"), "a b! ");
}

TEST(Sources, DoNotHaveTheHttpConfigOfReceivers) {
  const auto config = parse(
      "global: {http_config: {proxy_url: http://p:1}}\nsources: [{name: a, url: http://a}]" + kRest,
      "config.yaml");
  EXPECT_EQ(config->sources.at(0).http.proxy.url, "");
}

TEST(Sources, RefuseWhatIsWrong) {
  const std::string kNeedsUrl =
      "1:11: a source needs a url, that of its Prometheus API; or embedded: true, for what "
      "scrape_configs bring";
  const std::vector<Refused> cases = {
      {"{name: a}",
       {"1:10: sources must be a list, this is a mapping; write [a, b], or one line "
        "for each with a dash"}},
      {"[a]", {"1:11: source must be a mapping, this is a single value"}},
      {"[~]", {"1:11: an element of sources is empty; fill it in or remove it"}},
      {"[{}]", {kNeedsUrl, "1:11: a source needs a name"}},
      {"[{name: a}]", {kNeedsUrl}},
      {"[{name: a, embedded: true, url: http://a}]",
       {"1:37: \"url\" is of a source somewhere else, and this one is embedded; remove one of the "
        "two"}},
      {"[{name: a, embedded: true}, {name: b, embedded: true}]",
       {"1:10: two sources are embedded, and there is only one place; remove one"}},
      {"[{name: a, embedded: true, retention: 1s}]", {"1:48: retention must be a minute at least"}},
      {"[{name: a, embedded: true, memory_limit: 1XB}]",
       {"1:51: memory_limit must be a size like 512MB or 2GB, not \"1XB\""}},
      {"[{name: a, embedded: true, memory_limit: 1KB}]",
       {"1:51: memory_limit must be 1MB at least"}},
      {"[{name: a, url: http://a, retention: 2h}]",
       {"1:36: \"retention\" is of the embedded source; add embedded: true"}},
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
