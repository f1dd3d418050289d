#include "web/http_metrics.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace tocsin::web {
namespace {

double count(std::uint64_t value) { return static_cast<double>(value); }

template <class Counts>
double total(const Counts& counts) {
  return count(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

}  // namespace

template <std::size_t kBounds>
void HttpMetrics::observe(Histogram<kBounds>& histogram, const std::array<double, kBounds>& bounds,
                          double value) {
  const auto at = std::lower_bound(bounds.begin(), bounds.end(), value);
  ++histogram.counts[static_cast<std::size_t>(at - bounds.begin())];
  histogram.sum += value;
}

void HttpMetrics::record(const Served& served) {
  const std::lock_guard lock(mutex_);
  observe(durations_[{served.handler, served.method, std::to_string(served.status)}], kSeconds,
          served.seconds);
  observe(sizes_[{served.handler, served.method}], kBytes, static_cast<double>(served.bytes));
}

void HttpMetrics::begin_get() {
  const std::lock_guard lock(mutex_);
  ++in_flight_;
}

void HttpMetrics::end_get() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
}

void HttpMetrics::refuse_get() {
  const std::lock_guard lock(mutex_);
  ++refused_;
}

void HttpMetrics::write_durations(Exposition& out) const {
  out.family("alertmanager_http_request_duration_seconds", "histogram",
             "How long requests were worked on.");
  for (const auto& [key, histogram] : durations_) {
    const auto& [handler, method, code] = key;
    double below = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      below += count(histogram.counts[i]);
      const std::string bound = i < kSeconds.size() ? fmt::format("{}", kSeconds[i]) : "+Inf";
      out.sample(below, {{"handler", handler}, {"method", method}, {"code", code}, {"le", bound}},
                 "_bucket");
    }
    out.sample(histogram.sum, {{"handler", handler}, {"method", method}, {"code", code}}, "_sum");
    out.sample(below, {{"handler", handler}, {"method", method}, {"code", code}}, "_count");
  }
}

void HttpMetrics::write_sizes(Exposition& out) const {
  out.family("alertmanager_http_response_size_bytes", "histogram", "Sizes of answers.");
  for (const auto& [key, histogram] : sizes_) {
    const auto& [handler, method] = key;
    double below = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      below += count(histogram.counts[i]);
      const std::string bound = i < kBytes.size() ? fmt::format("{:g}", kBytes[i]) : "+Inf";
      out.sample(below, {{"handler", handler}, {"method", method}, {"le", bound}}, "_bucket");
    }
    out.sample(histogram.sum, {{"handler", handler}, {"method", method}}, "_sum");
    out.sample(below, {{"handler", handler}, {"method", method}}, "_count");
  }
}

void HttpMetrics::write_requests(Exposition& out) const {
  std::map<std::pair<std::string, std::string>, double> requests;
  for (const auto& [key, histogram] : durations_) {
    requests[{std::get<0>(key), std::get<2>(key)}] += total(histogram.counts);
  }
  out.family("prometheus_http_requests_total", "counter", "Requests that were answered.");
  for (const auto& [key, number] : requests) {
    out.sample(number, {{"handler", key.first}, {"code", key.second}});
  }
}

void HttpMetrics::write(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  write_durations(out);
  write_sizes(out);
  write_requests(out);
  out.family("alertmanager_http_requests_in_flight", "gauge", "Requests that are worked on.");
  out.sample(count(in_flight_), {{"method", "get"}});
  out.family("alertmanager_http_concurrency_limit_exceeded_total", "counter",
             "Requests that were refused because too many others were worked on.");
  out.sample(count(refused_), {{"method", "get"}});
}

}  // namespace tocsin::web
