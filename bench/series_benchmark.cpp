// The embedded source by itself: 100 targets of 1,000 series, scraped every 5 s, and alert rules
// over them, as bench/README.md has them for the side-by-side run; without HTTP and without state
// of alerts.
//
//   build/release/bench/series_benchmark
//
// `Append` is one scrape of all targets, `Rules/N` one evaluation of N rules: both come every 5 s,
// so a time of 500 ms is a tenth of a core.
#include <cstdio>
#include <memory>
#include <random>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "series/embedded_source.h"

namespace {

using namespace tocsin;

constexpr int kTargets = 100;
constexpr int kEndpoints = 50;  // of 20 series each
constexpr Duration kInterval = std::chrono::seconds{5};
constexpr int kSamplesAtFirst = 180;  // a quarter of an hour
const Timestamp kStart{std::chrono::hours{500'000}};

struct Line {
  series::Ref ref = 0;
  int kind = 0;       ///< 0: whole and growing, 1: sum of seconds, 2: random gauge, 3: near 20
  double growth = 0;  ///< in one tick
};

/// What exporters say and what a scraper keeps of it.
class Targets {
 public:
  explicit Targets(series::Store& store) : store_(store) {
    for (int target = 0; target < kTargets; ++target) add(target);
  }

  void scrape(int tick) {
    const Timestamp at = kStart + tick * kInterval;
    for (const std::vector<Line>& lines : targets_) {
      series::Store::Batch batch = store_.batch(at);
      for (const Line& line : lines) batch.add(line.ref, at, value(line, tick));
    }
  }

 private:
  double value(const Line& line, int tick) {
    const double random = std::uniform_real_distribution<double>()(random_);
    if (line.kind == 2) return random * 100;
    if (line.kind == 3) return 20 + random;
    return tick * line.growth * (line.kind == 1 ? 0.1 : 1);
  }

  void add(int target) {
    targets_.emplace_back();
    series::Store::Batch batch = store_.batch(kStart);
    for (int i = 0; i < kEndpoints; ++i) {
      const auto line = [&](const char* name, int kind, double growth, Labels labels) {
        labels.set("__name__", name);
        labels.set("endpoint", fmt::format("/api/v1/item/{}", i));
        labels.set("instance", "127.0.0.1:19995");
        labels.set("job", fmt::format("j{}", target));
        labels.set("node", fmt::format("n{}", target));
        targets_.back().push_back({batch.find_or_make(labels), kind, growth});
      };
      for (const char* status : {"200", "404", "500", "201"}) {
        const bool is_good = status[0] == '2' && status[2] == '0';
        line("http_requests_total", 0, (i + 3) * (is_good ? 7 : 1),
             {{"method", "GET"}, {"status", status}});
      }
      double sum = 0;
      for (const char* le : {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
                             "5", "10", "+Inf"}) {
        sum += i % 5 + 1;
        line("http_request_duration_seconds_bucket", 0, sum, {{"method", "GET"}, {"le", le}});
      }
      line("http_request_duration_seconds_sum", 1, sum, {{"method", "GET"}});
      line("http_request_duration_seconds_count", 0, sum, {{"method", "GET"}});
      line("queue_depth", 2, 0, {});
      line("temperature_celsius", 3, 0, {});
    }
  }

  series::Store& store_;
  std::mt19937_64 random_{7};
  std::vector<std::vector<Line>> targets_;
};

std::vector<std::string> rules(int count, bool distinct) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    const std::string endpoint = fmt::format("endpoint=\"/api/v1/item/{}\"", i / 5 % kEndpoints);
    // Where no two rules are to be the same, they differ in their thresholds.
    const double more = distinct ? i * 1e-6 : 0;
    switch (i % 5) {
      case 0:
        out.push_back(
            fmt::format("sum(rate(http_requests_total{{status=~\"5..\",{0}}}[1m])) / "
                        "sum(rate(http_requests_total{{{0}}}[1m])) > {1}",
                        endpoint, 2 + more));
        break;
      case 1:
        out.push_back(
            fmt::format("histogram_quantile(0.95, sum by (le) "
                        "(rate(http_request_duration_seconds_bucket{{{}}}[1m]))) > {}",
                        endpoint, 100 + more));
        break;
      case 2:
        out.push_back(
            fmt::format("sum(increase(http_requests_total{{status=\"404\",{}}}[1m])) > {}",
                        endpoint, 1e12 + (distinct ? i : 0)));
        break;
      case 3:
        out.push_back(
            fmt::format("max_over_time(queue_depth{{{}}}[1m]) > {}", endpoint, 1000 + more));
        break;
      default:
        out.push_back(fmt::format("temperature_celsius{{{}}} > {}", endpoint, 90 + more));
    }
  }
  return out;
}

struct World {
  series::Store store;
  Targets targets{store};
  series::EmbeddedSource source{store};
  int tick = 0;

  World() {
    for (; tick < kSamplesAtFirst; ++tick) targets.scrape(tick);
  }
  static World& the() {
    static World world;
    return world;
  }
};

void count_memory(benchmark::State& state, const series::Store& store) {
  const series::StoreStatistics now = store.statistics();
  const auto samples = static_cast<double>(now.samples);
  state.counters["bytes/sample"] = static_cast<double>(now.sample_bytes) / samples;
  state.counters["bytes/series"] =
      static_cast<double>(now.bytes - now.sample_bytes) / static_cast<double>(now.series);
}

void append(benchmark::State& state) {
  World& world = World::the();
  for (auto each : state) world.targets.scrape(world.tick++);
  count_memory(state, world.store);
}

void evaluate(benchmark::State& state, bool distinct) {
  World& world = World::the();
  const std::vector<std::string> expressions = rules(static_cast<int>(state.range(0)), distinct);
  world.source.expect(expressions);
  std::size_t failed = 0;
  for (auto each : state) {
    state.PauseTiming();
    world.targets.scrape(world.tick);
    const Timestamp at = kStart + world.tick++ * kInterval;
    state.ResumeTiming();
    for (const std::string& expression : expressions) {
      world.source.instant(expression, at, [&](const query::Answer& answer) {
        failed += std::holds_alternative<query::Failure>(answer) ? 1 : 0;
      });
    }
  }
  if (failed > 0) state.SkipWithError("rules failed");
}

void evaluate_repeating(benchmark::State& state) { evaluate(state, false); }
void evaluate_distinct(benchmark::State& state) { evaluate(state, true); }

BENCHMARK(append)->Name("Append")->Unit(benchmark::kMillisecond);
BENCHMARK(evaluate_repeating)
    ->Name("Rules")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(evaluate_distinct)
    ->Name("DistinctRules")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
