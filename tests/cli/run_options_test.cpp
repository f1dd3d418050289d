// The flags of `tocsin run`: Alertmanager's own, as its unit files write them.
#include "cli/run_options.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "cli/arguments.h"
#include "cli/flag_duration.h"
#include "model/error.h"

namespace tocsin::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

RunOptions parse(const std::vector<std::string>& words, RunOptions options = {}) {
  CLI::App app("test");
  add_run_options(app, options);
  const std::vector<std::string> given = with_empty_values(words);
  app.parse(std::vector<std::string>(given.rbegin(), given.rend()));
  return options;
}

TEST(RunOptions, AllOfAlertmanagersFlagsAreTaken) {
  const RunOptions options = parse({"--config.file=a.yml",
                                    "--storage.path",
                                    "/tmp/x",
                                    "--data.retention=5d",
                                    "--data.maintenance-interval",
                                    "1m",
                                    "--silences.max-silences=10",
                                    "--silences.max-silence-size-bytes",
                                    "1000",
                                    "--log.silences",
                                    "--alerts.gc-interval=1h30m",
                                    "--alerts.per-alertname-limit=7",
                                    "--dispatch.maintenance-interval=10s",
                                    "--dispatch.start-delay=5s",
                                    "--web.listen-address=:9093",
                                    "--web.listen-address",
                                    "127.0.0.1:9094",
                                    "--web.config.file=web.yml",
                                    "--web.systemd-socket",
                                    "--web.external-url=http://x/y",
                                    "--web.route-prefix=/am",
                                    "--web.get-concurrency=3",
                                    "--web.timeout=1.5s",
                                    "--cluster.listen-address=0.0.0.0:9094",
                                    "--cluster.advertise-address=10.0.0.1:9094",
                                    "--cluster.peer=b:9094",
                                    "--cluster.peer",
                                    "c:9094",
                                    "--cluster.peer-name=me",
                                    "--cluster.label=l",
                                    "--cluster.tls-config=t.yml",
                                    "--cluster.peer-timeout=15s",
                                    "--cluster.peers-resolve-timeout=15s",
                                    "--cluster.gossip-interval=200ms",
                                    "--cluster.pushpull-interval=1m0s",
                                    "--cluster.tcp-timeout=10s",
                                    "--cluster.probe-timeout=500ms",
                                    "--cluster.probe-interval=1s",
                                    "--cluster.settle-timeout",
                                    "0s",
                                    "--cluster.reconnect-interval=10s",
                                    "--cluster.reconnect-timeout=6h0m0s",
                                    "--cluster.allow-insecure-public-advertise-address-discovery",
                                    "--enable-feature=receiver-name-in-metrics,classic-mode",
                                    "--auto-gomemlimit.ratio=0.9",
                                    "--log.level=debug",
                                    "--log.format=json"});
  EXPECT_EQ(options.config_file, "a.yml");
  EXPECT_EQ(options.storage_path, "/tmp/x");
  EXPECT_EQ(options.data_retention, 120h);
  EXPECT_EQ(options.maintenance_interval, 1min);
  EXPECT_EQ(options.max_silences, 10);
  EXPECT_EQ(options.max_silence_size_bytes, 1000);
  EXPECT_TRUE(options.log_silences);
  EXPECT_EQ(options.alerts_gc_interval, 90min);
  EXPECT_EQ(options.per_alertname_limit, 7);
  EXPECT_EQ(options.dispatch_maintenance_interval, 10s);
  EXPECT_EQ(options.dispatch_start_delay, 5s);
  EXPECT_THAT(options.listen_addresses, ElementsAre(":9093", "127.0.0.1:9094"));
  EXPECT_TRUE(options.systemd_socket);
  EXPECT_EQ(options.web_config_file, "web.yml");
  EXPECT_EQ(options.external_url, "http://x/y");
  EXPECT_EQ(options.route_prefix, "/am");
  EXPECT_EQ(options.get_concurrency, 3);
  EXPECT_EQ(options.web_timeout, 1500ms);
  EXPECT_EQ(options.cluster.advertise_address, "10.0.0.1:9094");
  EXPECT_THAT(options.cluster.peers, ElementsAre("b:9094", "c:9094"));
  EXPECT_EQ(options.cluster.peer_name, "me");
  EXPECT_TRUE(options.features.receiver_names_in_metrics);
  EXPECT_TRUE(options.features.classic_mode);
  EXPECT_EQ(options.log_level, "debug");
  EXPECT_EQ(options.log_format, "json");
  EXPECT_EQ(options.idle_flags.size(), 14U) << "each is named in a warning";
  EXPECT_THAT(warnings_of(options),
              ElementsAre(HasSubstr("b:9094,c:9094"), HasSubstr("--cluster.gossip-interval"),
                          HasSubstr("receiver-name-in-metrics")));
}

TEST(RunOptions, TheNameAlertmanagerBringsItsDefaults) {
  const RunOptions options = parse({}, alertmanager_defaults());
  EXPECT_EQ(options.config_file, "alertmanager.yml");
  EXPECT_EQ(options.storage_path, "data/");
  EXPECT_THAT(options.listen_addresses, ElementsAre(":9093"));
  EXPECT_EQ(options.cluster.listen_address, "0.0.0.0:9094");
  EXPECT_THAT(warnings_of(options), IsEmpty());
  EXPECT_THAT(parse({}).listen_addresses, ElementsAre("127.0.0.1:9093"));
}

TEST(RunOptions, EmptyValuesAndNegatedSwitches) {
  EXPECT_EQ(parse({"--cluster.listen-address=", "--log.silences"}).cluster.listen_address, "");
  EXPECT_EQ(parse({"--cluster.listen-address", ""}).cluster.listen_address, "");
  EXPECT_FALSE(parse({"--no-log.silences"}).log_silences);
  EXPECT_FALSE(parse({"--no-web.systemd-socket"}).systemd_socket);
}

TEST(RunOptions, APeerThatIsItselfIsNoCluster) {
  EXPECT_THAT(warnings_of(parse({"--cluster.listen-address=a:1", "--cluster.peer=a:1"})),
              IsEmpty());
}

TEST(RunOptions, BadValuesAreRefused) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--data.retention=5"},
                                             {"--data.retention=x"},
                                             {"--data.retention="},
                                             {"--web.timeout=1y"},
                                             {"--silences.max-silences=many"},
                                             {"--auto-gomemlimit.ratio=much"},
                                             {"--config.file=a", "--config.file=b"},
                                             {"--config"},
                                             {"stray"},
                                             {"--log.level=loud"}}) {
    EXPECT_THROW(parse(words), CLI::ParseError) << words.front();
  }
}

TEST(Features, AreKnownOrRefused) {
  EXPECT_TRUE(parse_features("auto-gomemlimit").auto_memory_limit);
  EXPECT_EQ(parse_features("").matchers(), MatcherSyntax::Fallback);
  EXPECT_EQ(parse_features("classic-mode").matchers(), MatcherSyntax::Classic);
  EXPECT_EQ(parse_features("utf8-strict-mode").matchers(), MatcherSyntax::Utf8);
  EXPECT_THROW(parse_features("auto-gomaxprocs"), Error) << "removed in Alertmanager 0.33";
  EXPECT_THROW(parse_features("classic-mode,utf8-strict-mode"), Error);
  EXPECT_THROW(parse_features("classic-mode, event-recorder"), Error);
}

TEST(FlagDuration, IsGosWithDaysAndWeeks) {
  const std::vector<std::pair<const char*, std::optional<Duration>>> table = {
      {"500ms", 500ms},
      {"1h30m", 90min},
      {"1.5h", 90min},
      {"6h0m0s", 6h},
      {"5d", 120h},
      {"1w", 168h},
      {"1d12h", 36h},
      {"0", 0ms},
      {"0s", 0ms},
      {"-1s", -1s},
      {"5", std::nullopt},
      {"", std::nullopt},
      {"d", std::nullopt},
      {"1x", std::nullopt},
      {"1y", std::nullopt},
      {"1 s", std::nullopt},
      {"99999999999w", std::nullopt},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(parse_flag_duration(text), expected) << text;
}

TEST(Arguments, TheNameOfTheProgramDecides) {
  EXPECT_TRUE(is_alertmanager_name("alertmanager"));
  EXPECT_TRUE(is_alertmanager_name("/usr/bin/prometheus-alertmanager"));
  EXPECT_FALSE(is_alertmanager_name("/opt/alertmanager/tocsin"));
  EXPECT_FALSE(is_alertmanager_name(""));
}

}  // namespace
}  // namespace tocsin::cli
