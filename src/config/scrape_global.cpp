// What `global` and the entries of scrape_configs have in common.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "config/scrape_parts.h"

namespace tocsin::config {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kProtocols = {{
    {"PrometheusProto", ""},  // Tocsin reads the text formats only: nothing is asked for
    {"OpenMetricsText1.0.0", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"},
    {"OpenMetricsText0.0.1", "application/openmetrics-text;version=0.0.1"},
    {"PrometheusText1.0.0", "text/plain;version=1.0.0;escaping=allow-utf-8"},
    {"PrometheusText0.0.4", "text/plain;version=0.0.4"},
}};

std::optional<std::string_view> header_of(std::string_view protocol) {
  for (const auto& [name, header] : kProtocols) {
    if (name == protocol) return header;
  }
  return std::nullopt;
}

std::vector<std::string_view> protocol_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, header] : kProtocols) names.push_back(name);
  return names;
}

/// The most wanted first, each with a weight below the one before, anything at all at the end.
std::string accept_header(const std::vector<std::string>& protocols) {
  std::string accept;
  std::size_t weight = protocols.size() + 2;
  for (const std::string& protocol : protocols) {
    --weight;
    const std::string_view header = header_of(protocol).value_or("");
    if (!header.empty()) accept += fmt::format("{};q=0.{},", header, weight);
  }
  return accept + "*/*;q=0.1";
}

const std::vector<std::string> kUsual = {"OpenMetricsText1.0.0", "OpenMetricsText0.0.1",
                                         "PrometheusText1.0.0", "PrometheusText0.0.4"};

bool check_protocol(Map& map, std::string_view key, const std::string& protocol) {
  if (header_of(protocol)) return true;
  map.problem(key, fmt::format("there is no scrape protocol {}{}", shown(protocol),
                               did_you_mean(protocol, protocol_names())));
  return false;
}

void read_body_limit(Map& map, std::size_t& out) {
  std::string text;
  if (!map.read("body_size_limit", text)) return;
  if (const auto bytes = parse_bytes(text)) {
    out = *bytes;
  } else {
    map.problem(
        "body_size_limit",
        fmt::format("body_size_limit must be a size like 10MB or 0 for none, not {}", shown(text)));
  }
}

void warn(Map& map, std::string_view key, std::string_view why) {
  const Node* node = map.find(key);
  if (node != nullptr) map.file().warning(*node, fmt::format("{} {}", key, why));
}

}  // namespace

std::optional<std::size_t> parse_bytes(std::string_view text) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !(number >= 0) || number > 1e15) return std::nullopt;
  std::string unit(rest, text.data() + text.size());
  std::erase(unit, 'i');
  constexpr std::array<std::string_view, 6> kUnits = {"B", "KB", "MB", "GB", "TB", "PB"};
  if (unit.empty()) return static_cast<std::size_t>(number);
  const auto found = std::find(kUnits.begin(), kUnits.end(), unit);
  if (found == kUnits.end()) return std::nullopt;
  for (auto each = kUnits.begin(); each != found; ++each) number *= 1024;
  if (number > 1e18) return std::nullopt;
  return static_cast<std::size_t>(number);
}

void read_scrape_limits(Map& map, scrape::JobSettings& job) {
  read_body_limit(map, job.limits.body_bytes);
  map.read("sample_limit", job.limits.samples);
  map.read("target_limit", job.limits.targets);
  map.read("label_limit", job.limits.labels);
  map.read("label_name_length_limit", job.limits.label_name_length);
  map.read("label_value_length_limit", job.limits.label_value_length);
  map.read("extra_scrape_metrics", job.extra_metrics);
}

void read_scrape_protocols(Map& map, scrape::JobSettings& job) {
  std::vector<std::string> protocols;
  if (map.read("scrape_protocols", protocols) && !protocols.empty()) {
    bool good = true;
    for (const std::string& each : protocols) {
      good = check_protocol(map, "scrape_protocols", each) && good;
    }
    if (good) job.accept = accept_header(protocols);
  } else if (job.accept.empty()) {
    job.accept = accept_header(kUsual);
  }
  std::string fallback;
  if (map.read("fallback_scrape_protocol", fallback) &&
      check_protocol(map, "fallback_scrape_protocol", fallback)) {
    job.fallback =
        fallback.starts_with("Open") ? scrape::Protocol::OpenMetrics : scrape::Protocol::Text;
    if (fallback == "PrometheusProto") {
      map.problem("fallback_scrape_protocol",
                  "Tocsin reads the text formats only; name one of these, or remove it");
    }
  }
}

void warn_of_histogram_keys(Map& map) {
  constexpr std::string_view kWhy =
      "means nothing here: the text formats that Tocsin reads have classic histograms only";
  for (const std::string_view key :
       {"scrape_native_histograms", "native_histogram_bucket_limit",
        "native_histogram_min_bucket_factor", "always_scrape_classic_histograms",
        "scrape_classic_histograms"}) {
    warn(map, key, kWhy);
  }
  map.refuse("convert_classic_histograms_to_nhcb",
             "is not supported: Tocsin keeps classic histograms; remove it", {"false"});
  warn(map, "scrape_failure_log_file",
       "is passed over: the reason of a failure is in /api/v1/targets");
  warn(map, "metric_name_validation_scheme", "is passed over: names may be any UTF-8");
  warn(map, "metric_name_escaping_scheme", "is passed over: names are asked for as they are");
}

void read_scrape_times(Map& map, scrape::JobSettings& job, Duration otherwise) {
  for (const auto& [key, out] :
       {std::pair{"scrape_interval", &job.interval}, std::pair{"scrape_timeout", &job.timeout}}) {
    Duration duration{0};
    if (std::string_view(key) == "scrape_timeout") job.timeout = std::min(otherwise, job.interval);
    if (!map.read(key, duration) || duration == Duration{0}) continue;  // 0 is the default
    *out = duration;
  }
  if (job.timeout <= job.interval) return;
  map.problem("scrape_timeout",
              fmt::format("scrape_timeout must not be longer than scrape_interval ({})",
                          format_duration(job.interval)));
}

}  // namespace tocsin::config
