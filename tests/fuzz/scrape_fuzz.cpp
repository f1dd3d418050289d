// Whatever a target answers, twice in a row: its samples are stored or there is an error, and with
// an error nothing of the body is; in the end all its series have ended.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "query/engine/storage.h"
#include "scrape/ingest.h"

namespace {

using namespace tocsin;
using namespace tocsin::scrape;

void require(bool holds) {
  if (!holds) std::abort();
}

JobSettings make_job(bool honor) {
  JobSettings job;
  job.name = "fuzz";
  job.honor_labels = honor;
  job.track_timestamps_staleness = true;
  job.limits.samples = 1000;
  job.limits.label_value_length = 100;
  RelabelRule drop;
  drop.action = RelabelAction::Drop;
  drop.source_labels = {"drop"};
  drop.regex = Pattern("yes.*");
  job.metric_relabel = {drop};
  return job;
}

const Timestamp kStart{std::chrono::seconds{1'700'000'000}};

bool is_stale(double value) { return std::bit_cast<std::uint64_t>(value) == query::kStaleBits; }

std::size_t values_at(const series::Store& store, Timestamp at) {
  std::size_t values = 0;
  const query::Selection all = store.select({Matcher("__name__", MatchOp::NotEqual, "")}, at, at);
  for (const query::SeriesView& series : all.series) {
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      if (series.times[i] == at.time_since_epoch().count() && !is_stale(series.values[i])) ++values;
    }
  }
  return values;
}

void scrape_twice(std::string_view text, series::ExpositionFormat format, bool honor) {
  const JobSettings job = make_job(honor);
  series::Store store;
  Ingest ingest(job, {{"job", "fuzz"}, {"instance", "a:1"}});
  const std::size_t middle = text.find('\0');
  std::string_view bodies[] = {text.substr(0, middle),
                               middle == std::string_view::npos ? text : text.substr(middle + 1)};
  Timestamp at = kStart;
  for (const std::string_view body : bodies) {
    at += std::chrono::seconds{5};
    const std::size_t before = values_at(store, at);  // samples may say that they are of then
    const Scraped scraped = ingest.append(store, {body, format}, at, at);
    require(scraped.kept <= scraped.samples);
    if (!scraped.error.empty()) require(values_at(store, at) == before);
    require(ingest.series() <= 2 * scraped.samples + 2000);
  }
  at += std::chrono::seconds{5};
  const std::size_t before = values_at(store, at);
  ingest.end_all(store, at, at);
  require(values_at(store, at) <= before);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool honor = size % 2 == 0;
  scrape_twice(text, series::ExpositionFormat::Text, honor);
  scrape_twice(text, series::ExpositionFormat::OpenMetrics, honor);
  return 0;
}
