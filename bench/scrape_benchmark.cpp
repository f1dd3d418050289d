// What a scrape costs once its answer is there: reading it and appending its samples, of a target
// whose series are the same as last time, and of one that is seen for the first time.
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "scrape/ingest.h"

namespace tocsin::scrape {
namespace {

constexpr int kSeries = 1'000;
const Timestamp kStart{std::chrono::seconds{1'700'000'000}};

/// A body as an exporter of a web service has it: counters, of which one in ten moves.
std::string body_of(int round) {
  std::string body;
  for (int i = 0; i < kSeries; ++i) {
    if (i % 50 == 0) {
      body += fmt::format(
          "# HELP http_requests_{0}_total Requests.\n"
          "# TYPE http_requests_{0}_total counter\n",
          i / 50);
    }
    body += fmt::format(
        "http_requests_{}_total{{method=\"GET\",code=\"200\",endpoint=\"/api/v1/{}\"}} {}\n",
        i / 50, i, 1000 + i + (i % 10 == 0 ? round : 0));
  }
  return body;
}

JobSettings job() {
  JobSettings settings;
  settings.name = "bench";
  return settings;
}

const Labels kTarget = {{"job", "bench"}, {"instance", "host-001.example.org:9100"}};

void unchanged_series(benchmark::State& state) {
  const JobSettings settings = job();
  series::Store store;
  Ingest ingest(settings, kTarget);
  std::vector<std::string> bodies;
  for (int i = 0; i < 16; ++i) bodies.push_back(body_of(i));
  Timestamp at = kStart;
  std::size_t round = 0;
  for (auto _ : state) {
    at += std::chrono::seconds{5};
    const Scraped scraped = ingest.append(store, {bodies[round++ % 16]}, at, at);
    if (!scraped.error.empty()) state.SkipWithError(scraped.error.c_str());
    if (round % 500 == 0) {
      state.PauseTiming();
      store.truncate(at, kSeries);
      state.ResumeTiming();
    }
  }
  state.SetItemsProcessed(state.iterations() * kSeries);
}
BENCHMARK(unchanged_series)->Unit(benchmark::kMicrosecond);

void new_series(benchmark::State& state) {
  const JobSettings settings = job();
  const std::string body = body_of(0);
  for (auto _ : state) {
    series::Store store;
    Ingest ingest(settings, kTarget);
    benchmark::DoNotOptimize(ingest.append(store, {body}, kStart, kStart));
  }
  state.SetItemsProcessed(state.iterations() * kSeries);
}
BENCHMARK(new_series)->Unit(benchmark::kMicrosecond);

void reading_alone(benchmark::State& state) {
  const std::string body = body_of(0);
  for (auto _ : state) {
    series::ExpositionReader reader(body, series::ExpositionFormat::Text);
    while (!std::holds_alternative<series::EndOfExposition>(reader.next())) {
    }
  }
  state.SetItemsProcessed(state.iterations() * kSeries);
}
BENCHMARK(reading_alone)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tocsin::scrape

BENCHMARK_MAIN();
