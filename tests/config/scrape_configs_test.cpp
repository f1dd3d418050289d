#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "complaints.h"
#include "support/temporary_folder.h"

namespace tocsin::config {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using namespace std::chrono_literals;

const std::string kRest = R"(
route: {receiver: a}
receivers: [{name: a}]
)";

scrape::JobSettings job_of(const std::string& job, const std::string& global = "{}") {
  const auto config = parse("global: " + global + "\nscrape_configs:\n  - " + job + kRest,
                            "/etc/config.yaml", environment_of({}));
  return config->scrape.at(0);
}

TEST(ScrapeConfigs, HaveTheDefaultsOfPrometheus) {
  const scrape::JobSettings job = job_of("job_name: x");
  EXPECT_EQ(job.name, "x");
  EXPECT_EQ(job.interval, 1min);
  EXPECT_EQ(job.timeout, 10s);
  EXPECT_EQ(job.metrics_path, "/metrics");
  EXPECT_EQ(job.scheme, "http");
  EXPECT_TRUE(job.honor_timestamps);
  EXPECT_FALSE(job.honor_labels);
  EXPECT_TRUE(job.http.follow_redirects);
  EXPECT_EQ(job.accept,
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
            "application/openmetrics-text;version=0.0.1;q=0.4,"
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,"
            "*/*;q=0.1");
}

TEST(ScrapeConfigs, TakeWhatGlobalSays) {
  const scrape::JobSettings job =
      job_of("job_name: x",
             "{scrape_interval: 5s, sample_limit: 7, body_size_limit: 1.5MB, "
             "label_limit: 30, scrape_protocols: [PrometheusText0.0.4]}");
  EXPECT_EQ(job.interval, 5s);
  EXPECT_EQ(job.timeout, 5s);  // the default is longer than the interval
  EXPECT_EQ(job.limits.samples, 7U);
  EXPECT_EQ(job.limits.labels, 30U);
  EXPECT_EQ(job.limits.body_bytes, 1'572'864U);
  EXPECT_EQ(job.accept, "text/plain;version=0.0.4;q=0.2,*/*;q=0.1");
  EXPECT_EQ(job_of("{job_name: x, scrape_interval: 2s}", "{scrape_timeout: 4s}").timeout, 2s);
}

TEST(ScrapeConfigs, AreReadWithAllTheirKeys) {
  const scrape::JobSettings job = job_of(R"(job_name: api
    scrape_interval: 15s
    scrape_timeout: 5s
    metrics_path: /probe
    scheme: https
    params: {module: [http_2xx, b], debug: ["1"]}
    honor_labels: true
    honor_timestamps: false
    track_timestamps_staleness: true
    enable_compression: false
    fallback_scrape_protocol: PrometheusText0.0.4
    basic_auth: {username: u, password: p}
    static_configs:
      - targets: ["a:1", "b:2"]
        labels: {env: prod}
    file_sd_configs: [{files: [targets/*.json, /t/x.yml], refresh_interval: 10s}]
    http_sd_configs: [{url: "http://sd.example.org/targets"}]
    kubernetes_sd_configs:
      - role: endpoints
        namespaces: {names: [web], own_namespace: true}
        selectors: [{role: service, label: app=web}]
        attach_metadata: {node: true}
    relabel_configs:
      - source_labels: [__address__, env]
        separator: ","
        regex: "(?P<HOST>.*):\\d+,.*"
        target_label: host
        replacement: ${HOST}
    metric_relabel_configs: [{action: LabelDrop, regex: pod_.*}])");
  EXPECT_EQ(job.timeout, 5s);
  EXPECT_EQ(job.params.size(), 2U);
  EXPECT_EQ(job.params[0].second, (std::vector<std::string>{"http_2xx", "b"}));
  EXPECT_EQ(job.fallback, scrape::Protocol::Text);
  EXPECT_EQ(job.http.basic_auth->password.text, "p");
  EXPECT_EQ(job.static_targets.at(0).targets.at(1).get("__address__"), "b:2");
  EXPECT_EQ(job.static_targets.at(0).labels.get("env"), "prod");
  EXPECT_EQ(job.files.at(0).files, (std::vector<std::string>{"/etc/targets/*.json", "/t/x.yml"}));
  EXPECT_EQ(job.urls.at(0).refresh_interval, 1min);
  EXPECT_EQ(job.clusters.at(0).role, scrape::KubernetesRole::Endpoints);
  EXPECT_EQ(job.clusters.at(0).selectors.at(0).label, "app=web");
  EXPECT_EQ(job.relabel.at(0).replacement, "${HOST}");
  EXPECT_EQ(job.metric_relabel.at(0).action, scrape::RelabelAction::LabelDrop);
}

TEST(ScrapeConfigs, SayWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"{scrape_interval: 5s}", {"1:19: a scrape config needs a job_name"}},
      {"{job_name: x, scrape_timout: 5s}",
       {"1:33: unknown key \"scrape_timout\"; did you mean \"scrape_timeout\"?"}},
      {"{job_name: x, scrape_interval: 5s, scrape_timeout: 6s}",
       {"1:70: scrape_timeout must not be longer than scrape_interval (5s)"}},
      {"{job_name: x, scheme: ftp}", {"1:41: scheme must be http or https, not \"ftp\""}},
      {"{job_name: x, body_size_limit: 3 cows}",
       {"1:50: body_size_limit must be a size like 10MB or 0 for none, not \"3 cows\""}},
      {"{job_name: x, static_configs: [{targets: [\"http://a\"]}]}",
       {"1:61: a target is host:port, like app.example.org:8080, not \"http://a\"; scheme and path "
        "have keys of their own"}},
      {"{job_name: x, relabel_configs: [{action: lowercas, target_label: b}]}",
       {"1:60: there is no relabel action \"lowercas\"; did you mean \"lowercase\"?"}},
      {"{job_name: x, relabel_configs: [{regex: \"(\", target_label: b}]}",
       {"1:59: the regular expression \"(\" does not compile: missing ): ("}},
      {"{job_name: x, metric_relabel_configs: [{source_labels: [a]}]}",
       {"1:58: replace needs a target_label"}},
      {"{job_name: x, scrape_protocols: [OpenMetricsText1.0]}",
       {"1:51: there is no scrape protocol \"OpenMetricsText1.0\"; did you mean "
        "\"OpenMetricsText1.0.0\"?"}},
      {"{job_name: x, file_sd_configs: [{files: [a.txt]}]}",
       {"1:59: \"a.txt\" must end in .json, .yml or .yaml"}},
      {"{job_name: x, kubernetes_sd_configs: [{role: ingress}]}",
       {"1:64: role must be node, pod, service, endpoints or endpointslice, not \"ingress\""}},
      {"{job_name: x, consul_sd_configs: [{server: a}]}",
       {"1:33: \"consul_sd_configs\" is not supported: targets come from static_configs, "
        "file_sd_configs, http_sd_configs and kubernetes_sd_configs; have something that knows "
        "them write a file or answer over HTTP"}},
      {"{job_name: x}, {job_name: x}",
       {"1:45: there are two scrape configs with the job_name \"x\"; rename one"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints("scrape_configs: [ " + yaml + "]" + kRest), ElementsAreArray(expected))
        << yaml;
  }
}

TEST(ScrapeConfigs, MakeAFileOfPrometheusLoad) {
  const auto config = parse(R"(global: {scrape_interval: 15s, evaluation_interval: 15s}
alerting:
  alertmanagers: [{static_configs: [{targets: ["localhost:9093"]}]}]
storage: {tsdb: {out_of_order_time_window: 30m}}
scrape_configs:
  - job_name: prometheus
    scrape_native_histograms: true
    static_configs: [{targets: ["localhost:9090"]}]
)",
                            "prometheus.yml", environment_of({}));
  EXPECT_EQ(config->scrape.size(), 1U);
  EXPECT_EQ(config->route.receiver, "nobody");
  EXPECT_THAT(
      in_short(config->warnings),
      ElementsAre("1:1: there is no \"route\": alerts are shown and nobody is told; add one that "
                  "names a receiver",
                  "3:3: alerting is passed over: Tocsin notifies by itself; set up \"route\" and "
                  "\"receivers\"",
                  "4:10: storage is passed over: use the flag --storage.path",
                  "7:31: scrape_native_histograms means nothing here: the text formats that Tocsin "
                  "reads have classic histograms only"));
}

TEST(RemoteWrite, IsReadWithItsKeys) {
  const auto config = parse(R"(remote_write:
  - url: http://a:9090/api/v1/write
    name: long
    remote_timeout: 5s
    headers: {X-Scope-OrgID: team}
    basic_auth: {username: u, password: p}
    queue_config: {max_samples_per_send: 500, capacity: 9, max_shards: 3, min_backoff: 1s}
    write_relabel_configs: [{action: labeldrop, regex: x}]
    metadata_config: {send: false}
    send_exemplars: true
  - url: http://b:9090/write
)" + kRest,
                            "c.yaml", environment_of({}));
  ASSERT_EQ(config->remote_write.size(), 2U);
  EXPECT_EQ(config->remote_write[0].batch, 500U);
  EXPECT_EQ(config->remote_write[0].min_backoff, 1s);
  EXPECT_EQ(config->remote_write[0].http.headers.at(0).name, "X-Scope-OrgID");
  EXPECT_EQ(config->remote_write[0].relabel.size(), 1U);
  EXPECT_EQ(config->remote_write[1].name, "http://b:9090-1");
  EXPECT_EQ(config->remote_write[1].timeout, 30s);
}

TEST(RemoteWrite, SaysWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"[{name: a}]", {"1:16: remote_write needs a url"}},
      {"[{url: ftp://a}]", {"1:22: url must be a URL like http://host:9090, not \"ftp://a\""}},
      {"[{url: http://a, queue_config: {max_samples_per_send: 0}}]",
       {"1:69: max_samples_per_send must be 1 or more"}},
      {"[{url: http://a, sigv4: {region: x}}]",
       {"1:32: \"sigv4\" is not supported; put a proxy that signs in front of the place"}},
      {"[{url: http://a, protobuf_message: io.prometheus.write.v2.Request}]",
       {"1:32: \"protobuf_message\" is not supported: remote write 1.0 is what Tocsin speaks"}},
      {"[{url: http://a, name: x}, {url: http://b, name: x}]",
       {"1:64: there are two remote_write named \"x\"; rename one"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints("remote_write: " + yaml + kRest), ElementsAreArray(expected)) << yaml;
  }
}

TEST(TargetFiles, AreJsonOrYaml) {
  TemporaryFolder folder;
  const auto groups = [&](const std::string& name, const std::string& text) {
    return read_target_file(folder.write(name, text));
  };
  EXPECT_EQ(groups("a.json", R"([{"targets":["a:1"],"labels":{"b":"c"}}])").at(0).labels.get("b"),
            "c");
  EXPECT_EQ(groups("a.yml", "- targets: [\"a:1\", \"b:1\"]\n  labels: {b: c}").at(0).targets.size(),
            2U);
  EXPECT_EQ(groups("empty.yml", "").size(), 0U);
  for (const auto& [name, text, expected] : std::initializer_list<std::array<std::string, 3>>{
           {"b.json", "[", "it is no JSON"},
           {"b.yml", "a: b", "b.yml:1:1: it must be a list of target groups"},
           {"c.yml", "- target: [a]",
            "c.yml:1:3: unknown key \"target\"; did you mean \"targets\"?"},
           {"d.yml", "- targets: [http://a]", "d.yml:1:13: a target is host:port"}}) {
    try {
      groups(name, text);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(expected));
    }
  }
}

TEST(ScrapeConfigs, MayStandInFilesOfTheirOwn) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "jobs");
  folder.write("jobs/a.yml",
               "scrape_configs: [{job_name: a, file_sd_configs: [{files: [t.json]}]}]");
  folder.write("jobs/b.yml", "scrape_configs: [{job_name: a}, {job_nam: b}]");
  folder.write("main.yml", "scrape_config_files: [jobs/a.yml]" + kRest);
  const auto config = load(folder.path() / "main.yml");
  ASSERT_EQ(config->scrape.size(), 1U);
  EXPECT_EQ(config->scrape[0].files.at(0).files.at(0), (folder.path() / "jobs/t.json").string());
  folder.write("main.yml", "scrape_config_files: [jobs/*.yml]" + kRest);
  try {
    load(folder.path() / "main.yml");
    FAIL() << "two jobs with one name, and one without";
  } catch (const InvalidInput& error) {
    EXPECT_EQ(error.diagnostics().size(), 3U) << error.what();
  }
}

}  // namespace
}  // namespace tocsin::config
