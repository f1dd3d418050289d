// The PromQL engine and parser alone: 10,000 series, an hour at 15 s, no JSON, no program around
// them.
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "query/engine/engine.h"
#include "query/samples/memory_storage.h"
#include "query/syntax/parse.h"

namespace tocsin::query {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000;
constexpr int kSamples = 240;
constexpr int kJobs = 10, kInstances = 100;
constexpr Duration kInterval{15'000};
const Timestamp kFirst{Duration(kBegin)};
const Timestamp kLast = kFirst + kInterval * (kSamples - 1);

/// Rises by small steps that look like chance, with a reset now and then.
void add_counter(MemoryStorage& storage, const Labels& labels, std::uint64_t seed) {
  double value = 0;
  std::uint64_t state = seed * 2654435761U + 1;
  for (int i = 0; i < kSamples; ++i) {
    storage.add(labels, kFirst + kInterval * i, value);
    state = state * 6364136223846793005U + 1442695040888963407U;
    value = state % 499 == 0 ? 0 : value + static_cast<double>(state >> 60U);
  }
}

Labels target(std::string_view name, int job, int instance) {
  return {{"__name__", std::string(name)},
          {"job", fmt::format("job-{}", job)},
          {"instance", fmt::format("host-{:03}.example.org:9100", instance)}};
}

MemoryStorage make_storage() {
  MemoryStorage storage;
  std::uint64_t seed = 0;
  for (int job = 0; job < kJobs; ++job) {
    for (int instance = 0; instance < kInstances; ++instance) {
      Labels requests = target("http_requests_total", job, instance);
      for (const std::string_view method : {"GET", "POST"}) {
        for (const std::string_view code : {"200", "204", "404", "500", "503"}) {
          requests.set("method", method);
          requests.set("code", code);
          add_counter(storage, requests, ++seed);
        }
      }
      Labels bucket = target("http_request_duration_seconds_bucket", job, instance);
      for (const std::string_view bound :
           {"0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"}) {
        bucket.set("le", bound);
        add_counter(storage, bucket, ++seed);
      }
      Labels info = target("info", job, instance);
      info.set("version", fmt::format("v{}", instance % 3));
      for (int i = 0; i < kSamples; ++i) storage.add(info, kFirst + kInterval * i, 1);
    }
  }
  return storage;
}

const MemoryStorage& storage() {
  static const MemoryStorage kStorage = make_storage();
  return kStorage;
}

struct Query {
  const char* name;
  const char* text;
};

constexpr Query kQueries[] = {
    {"selector", "http_requests_total"},
    {"selector_filtered", "http_requests_total{job=\"job-3\", code=~\"5..\"}"},
    {"comparison", "http_requests_total > 500"},
    {"rate", "rate(http_requests_total[5m])"},
    {"increase_30m", "increase(http_requests_total[30m])"},
    {"avg_over_time_30m", "avg_over_time(http_requests_total[30m])"},
    {"max_over_time_30m", "max_over_time(http_requests_total[30m])"},
    {"sum_by", "sum by (job, code) (http_requests_total)"},
    {"sum_by_rate", "sum by (job) (rate(http_requests_total[5m]))"},
    {"topk", "topk(10, rate(http_requests_total[5m]))"},
    {"histogram_quantile",
     "histogram_quantile(0.99, sum by (job, le) "
     "(rate(http_request_duration_seconds_bucket[5m])))"},
    {"join_one_to_one", "rate(http_requests_total[5m]) / increase(http_requests_total[5m])"},
    {"join_group_left",
     "rate(http_requests_total[5m]) * on (job, instance) group_left (version) info"},
    {"and", "http_requests_total and on (job, instance) (info{version=\"v1\"} == 1)"},
};

const Expr& checked(const Parsed& parsed, std::string_view text) {
  if (!parsed.errors.empty()) throw Error(to_string(parsed.errors[0], text));
  return *parsed.expr;
}

void instant(benchmark::State& state, const Query& query) {
  const Parsed parsed = parse_expression(query.text);
  const Expr& expr = checked(parsed, query.text);
  storage();
  for (auto _ : state) {
    benchmark::DoNotOptimize(evaluate_instant(expr, query.text, kLast, storage()));
  }
}

/// The whole hour by minutes.
void range(benchmark::State& state, const Query& query) {
  const Parsed parsed = parse_expression(query.text);
  const Expr& expr = checked(parsed, query.text);
  storage();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        evaluate_range(expr, query.text, kFirst, kLast, Duration(60'000), storage()));
  }
}

/// What alerts are made of.
constexpr const char* kAlerts[] = {
    "up == 0",
    "rate(http_requests_total{code=~\"5..\"}[5m]) > 0.1",
    "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / "
    "sum by (job) (rate(http_requests_total[5m])) > 0.05",
    "histogram_quantile(0.99, sum by (job, le) "
    "(rate(http_request_duration_seconds_bucket{job=\"api\"}[5m]))) > 1.5",
    "predict_linear(node_filesystem_avail_bytes{mountpoint=\"/\"}[6h], 4 * 3600) < 0",
    "absent(up{job=\"api\"} == 1)",
    "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes * 100 < 10",
    "count by (namespace) (kube_pod_status_phase{phase=\"Failed\"} == 1) > 3 and on (namespace) "
    "kube_namespace_labels{team!=\"\"}",
    "time() - process_start_time_seconds{job=~\"api|web\"} < 600",
    "max_over_time(queue_length[15m]) > 1000 unless on (instance) maintenance == 1",
};

void parse_alerts(benchmark::State& state) {
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parse_expression(kAlerts[next]));
    next = (next + 1) % std::size(kAlerts);
  }
  state.SetItemsProcessed(state.iterations());
}

void register_all() {
  benchmark::RegisterBenchmark("parse/alert", parse_alerts);
  for (const Query& query : kQueries) {
    const std::string name = query.name;
    const auto add = [&query](const std::string& full, auto run) {
      benchmark::RegisterBenchmark(full.c_str(), [&query, run](benchmark::State& state) {
        run(state, query);
      })->Unit(benchmark::kMillisecond);
    };
    add("instant/" + name, instant);
    add("range/" + name, range);
  }
}

}  // namespace
}  // namespace tocsin::query

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  tocsin::query::register_all();
  benchmark::RunSpecifiedBenchmarks();
}
