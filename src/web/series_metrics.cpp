// Under Prometheus' names, as far as it has them.
#include "web/series_metrics.h"

#include <algorithm>

namespace tocsin::web {

void series_metrics(Exposition& out, const config::Config& config, const series::Store& series) {
  if (std::none_of(config.sources.begin(), config.sources.end(),
                   [](const net::SourceSettings& source) { return source.embedded; })) {
    return;
  }
  const series::StoreStatistics now = series.statistics();
  const auto one = [&out](std::string_view name, std::string_view type, std::string_view help,
                          auto value) {
    out.family(name, type, help);
    out.sample(static_cast<double>(value));
  };
  one("prometheus_tsdb_head_series", "gauge", "Series that are held.", now.series);
  one("prometheus_tsdb_head_series_created_total", "counter", "Series that came.", now.created);
  one("prometheus_tsdb_head_series_removed_total", "counter", "Series that were let go of.",
      now.removed);
  one("prometheus_tsdb_head_chunks", "gauge", "Closed chunks of samples.", now.chunks);
  out.family("prometheus_tsdb_head_samples_appended_total", "counter", "Samples that came.");
  out.sample(static_cast<double>(now.appended), {{"type", "float"}});
  out.family("prometheus_tsdb_out_of_order_samples_total", "counter",
             "Samples refused, as they were older than the last one of their series.");
  out.sample(static_cast<double>(now.out_of_order), {{"type", "float"}});
  one("prometheus_tsdb_out_of_bound_samples_total", "counter",
      "Samples refused, as they were older than what is kept, or far ahead of the clock.",
      now.out_of_bounds);
  one("tocsin_series_duplicate_samples_total", "counter",
      "Samples refused, as there was another value at their time.", now.duplicates);
  one("tocsin_series_full_total", "counter",
      "Series and samples refused, as they would not fit the memory_limit.", now.refused_full);
  one("tocsin_series_samples", "gauge", "Samples that are held.", now.samples);
  one("tocsin_series_bytes", "gauge", "Memory that series and samples take.", now.bytes);
  one("tocsin_series_sample_bytes", "gauge", "Memory of these that samples take.",
      now.sample_bytes);
  one("tocsin_series_limit_bytes", "gauge", "The memory_limit of the embedded source.",
      now.max_bytes);
  one("tocsin_series_retention_seconds", "gauge", "How long samples are kept at least.",
      static_cast<double>(now.retention.count()) / 1000.0);
}

}  // namespace tocsin::web
