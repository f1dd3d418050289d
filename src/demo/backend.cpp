#include "demo/backend.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace tocsin::demo {
namespace {

constexpr std::array<double, 12> kBounds = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1,
                                            0.25,  0.5,   1,    2.5,   5,    10};

struct Endpoint {
  std::string_view method, path, good;
  double rate;  ///< a second
};
constexpr std::array<Endpoint, 6> kEndpoints = {{{"GET", "/drive", "200", 20},
                                                 {"GET", "/drive/file/:file", "200", 10},
                                                 {"POST", "/drive/upload_chunk", "201", 8},
                                                 {"GET", "/agenda/events", "200", 6},
                                                 {"POST", "/auth/login", "200", 1},
                                                 {"GET", "/health/ready", "200", 0.2}}};

bool is_probe(const Endpoint& endpoint) { return endpoint.path.starts_with("/health"); }

/// Counters of whole things, though traffic flows in parts of them.
double whole(double value) { return std::floor(value + 1e-9); }

}  // namespace

void Backend::count(const std::string& name, const LabelText& labels, double times) {
  counters_[name][labels] += times;
}

void Backend::observe(const std::string& name, const LabelText& labels, const Durations& durations,
                      double times) {
  Histogram& histogram = histograms_[name][labels];
  histogram.counts.resize(kBounds.size() + 1);
  for (const auto& [seconds, share] : durations) {
    const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
    histogram.counts[static_cast<std::size_t>(bound - kBounds.begin())] += times * share;
    histogram.sum += seconds * times * share;
  }
}

void Backend::flow(Timestamp now) {
  if (flows_ && now > until_) {
    const double seconds = std::chrono::duration<double>(now - until_).count();
    requests(seconds);
    files(seconds);
    dependencies(seconds);
  }
  until_ = flows_ ? std::max(until_, now) : now;
  if (!flows_) {
    flows_ = true;
    // Every series is there from the start, so that its first increase counts.
    requests(0);
    files(0);
    dependencies(0);
  }
}

void Backend::requests(double seconds) {
  const Durations fast = {{0.004, 0.4}, {0.02, 0.4}, {0.08, 0.15}, {0.3, 0.05}};
  const Durations slow = {{0.3, 0.2}, {2, 0.5}, {4, 0.3}};
  for (const Endpoint& each : kEndpoints) {
    const double failing = has(Trouble::Errors) && !is_probe(each) ? 0.25 : 0;
    const double times = each.rate * seconds;
    const std::string labels = fmt::format("method=\"{}\",endpoint=\"{}\"", each.method, each.path);
    count("http_requests_total", fmt::format("{},status=\"{}\"", labels, each.good),
          times * (1 - failing));
    count("http_requests_total", labels + ",status=\"500\"", times * failing);
    observe("http_request_duration_seconds", labels,
            has(Trouble::Latency) && !is_probe(each) ? slow : fast, times);
  }
  count("auth_attempts_total", R"(type="login",status="success")", seconds);
  count("auth_attempts_total", R"(type="login",status="failed")",
        has(Trouble::Logins) ? 5 * seconds : 0);
}

void Backend::files(double seconds) {
  count("file_uploads_total", R"(status="success")", seconds);
  count("file_uploads_total", R"(status="failed")", 0);
  count("file_downloads_total", R"(status="success")", 3 * seconds);
  count("file_downloads_total", R"(status="failed")", 0);
  count("file_upload_bytes_total", R"(status="success")", 4e6 * seconds);
  const Durations chunks = {{0.2, 0.6}, {0.8, 0.4}};
  observe("chunk_upload_duration_seconds", R"(status="success")", chunks, 8 * seconds);
  observe("chunk_download_duration_seconds", R"(status="success")", chunks, 10 * seconds);
}

void Backend::dependencies(double seconds) {
  observe("s3_operation_duration_seconds", R"(operation="put")", {{0.04, 0.7}, {0.2, 0.3}},
          8 * seconds);
  observe("s3_operation_duration_seconds", R"(operation="get")", {{0.04, 0.7}, {0.2, 0.3}},
          10 * seconds);
  count("redis_operations_total", R"(operation="get",status="success")", 40 * seconds);
  count("redis_operations_total", R"(operation="get",status="failed")", 0);
  count("db_queries_total", R"(query_type="select",status="success")", 60 * seconds);
  count("db_queries_total", R"(query_type="select",status="failed")", 0);
  observe("db_query_duration_seconds", R"(query_type="select")", {{0.002, 0.8}, {0.02, 0.2}},
          60 * seconds);
}

std::string Backend::exposition() const {
  std::string out = "# TYPE http_connections_active gauge\nhttp_connections_active 12\n";
  for (const auto& [name, series] : counters_) {
    out += fmt::format("# TYPE {} counter\n", name);
    for (const auto& [labels, value] : series) {
      out += fmt::format("{}{{{}}} {}\n", name, labels, whole(value));
    }
  }
  for (const auto& [name, series] : histograms_) {
    out += fmt::format("# TYPE {} histogram\n", name);
    for (const auto& [labels, histogram] : series) {
      double total = 0;
      for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        total += histogram.counts[i];
        const std::string bound = i < kBounds.size() ? fmt::format("{}", kBounds[i]) : "+Inf";
        out += fmt::format("{}_bucket{{{},le=\"{}\"}} {}\n", name, labels, bound, whole(total));
      }
      out += fmt::format("{}_sum{{{}}} {}\n", name, labels, histogram.sum);
      out += fmt::format("{}_count{{{}}} {}\n", name, labels, whole(total));
    }
  }
  return out;
}

}  // namespace tocsin::demo
