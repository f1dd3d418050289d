// /api/v1/targets, scrape_pools and metadata, as Prometheus answers them; and /targets.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "model/error.h"
#include "model/matcher.h"
#include "scrape/scraper.h"
#include "web/handlers.h"
#include "web/json.h"
#include "web/prometheus_answer.h"
#include "web/scrape_jobs.h"
#include "web/targets_page.h"

namespace tocsin::web {
namespace {

constexpr std::size_t kMostMetadata = 200'000;

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

std::string_view name_of(series::MetricType type) {
  constexpr std::array<std::string_view, 8> kNames = {
      "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"};
  return kNames.at(static_cast<std::size_t>(type));
}

JsonWriter begin() {
  JsonWriter out;
  out.begin_object().field("status", "success").key("data");
  return out;
}

void write(JsonWriter& out, const scrape::TargetView& target, const std::string& external_url) {
  out.begin_object().field("discoveredLabels", target.discovered).field("labels", target.labels);
  out.field("scrapePool", target.job).field("scrapeUrl", target.url);
  out.field("globalUrl", global_url(target.url, external_url));
  out.field("lastError", target.last_error);
  out.field("lastScrape", target.last_scrape == Timestamp{} ? "0001-01-01T00:00:00Z"
                                                            : format_rfc3339(target.last_scrape));
  out.field("lastScrapeDuration", seconds(target.last_duration));
  out.field("health", to_string(target.health));
  out.field("scrapeInterval", format_duration(target.interval));
  out.field("scrapeTimeout", format_duration(target.timeout)).end_object();
}

Response get_targets(const scrape::Scraper* scraper, const Request& request,
                     const std::string& external_url) {
  const std::string_view state = request.parameter("state");
  const bool active = state != "dropped";
  const bool dropped = state != "active";
  const std::vector<scrape::JobView> jobs = jobs_of(scraper, request.parameter("scrapePool"));
  JsonWriter out = begin();
  out.begin_object().key("activeTargets").begin_array();
  for (const scrape::JobView& job : jobs) {
    if (!active) break;
    for (const scrape::TargetView& target : job.active) write(out, target, external_url);
  }
  out.end_array().key("droppedTargets").begin_array();
  for (const scrape::JobView& job : jobs) {
    if (!dropped) break;
    for (const Labels& labels : job.dropped) {
      out.begin_object().field("discoveredLabels", labels).field("scrapePool", job.name);
      out.end_object();
    }
  }
  out.end_array().key("droppedTargetCounts").begin_object();
  for (const scrape::JobView& job : jobs) {
    out.field(job.name, static_cast<double>(job.dropped.size()));
  }
  return json(out.end_object().end_object().end_object().take());
}

Response get_pools(const scrape::Scraper* scraper) {
  std::vector<std::string> names;
  for (const scrape::JobView& job : jobs_of(scraper)) names.push_back(job.name);
  std::sort(names.begin(), names.end());
  JsonWriter out = begin();
  out.begin_object().key("scrapePools").begin_array();
  for (const std::string& name : names) out.value(name);
  return json(out.end_array().end_object().end_object().take());
}

/// A whole number of 0 or more; `otherwise` where the parameter is absent or negative. Throws
/// Error.
std::size_t limit_of(const Request& request, std::string_view name, std::size_t otherwise) {
  const std::string_view text = request.parameter(name);
  if (text.empty()) return otherwise;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(fmt::format("{} must be a number", name));
  }
  return number < 0 ? otherwise : static_cast<std::size_t>(number);
}

void write(JsonWriter& out, const scrape::Metadata& metadata) {
  out.field("type", name_of(metadata.type)).field("help", metadata.help);
  out.field("unit", metadata.unit);
}

Response get_target_metadata(const scrape::Scraper* scraper, const Request& request) {
  const std::string_view target = request.parameter("match_target");
  const std::string_view metric = request.parameter("metric");
  const Matchers matchers = target.empty() ? Matchers{} : parse_matchers(target).matchers;
  const std::size_t limit = limit_of(request, "limit", kMostMetadata);
  JsonWriter out = begin();
  out.begin_array();
  if (scraper != nullptr) {
    for (const auto& each : scraper->metadata(matchers, metric, limit)) {
      out.begin_object().field("target", each.target);
      if (metric.empty()) out.field("metric", each.metric);
      write(out, each.metadata);
      out.end_object();
    }
  }
  return json(out.end_array().end_object().take());
}

/// A parameter that cannot be is the client's mistake.
template <class Answer>
Response checked(Answer answer) {
  try {
    return answer();
  } catch (const Error& error) {
    return prometheus_error("bad_data", error.what(), 400);
  }
}

}  // namespace

Response scraped_metadata(const scrape::Scraper& scraper, const Request& request) {
  return checked([&] {
    const std::size_t limit = limit_of(request, "limit", kMostMetadata);
    const std::size_t per_metric = limit_of(request, "limit_per_metric", 0);
    std::map<std::string, std::vector<scrape::Metadata>> by_metric;
    for (auto& each : scraper.metadata({}, request.parameter("metric"), kMostMetadata)) {
      std::vector<scrape::Metadata>& known = by_metric[each.metric];
      if (std::find(known.begin(), known.end(), each.metadata) == known.end()) {
        known.push_back(std::move(each.metadata));
      }
    }
    JsonWriter out = begin();
    out.begin_object();
    std::size_t shown = 0;
    for (const auto& [metric, all] : by_metric) {
      if (shown++ >= limit) break;
      out.key(metric).begin_array();
      const std::size_t most = per_metric == 0 ? all.size() : std::min(per_metric, all.size());
      for (std::size_t i = 0; i < most; ++i) {
        out.begin_object();
        write(out, all[i]);
        out.end_object();
      }
      out.end_array();
    }
    return json(out.end_object().end_object().take());
  });
}

void add_targets_api(Router& router, const engine::Engine& engine, const About& about) {
  const scrape::Scraper* scraper = about.scraper;
  router.add("GET", "/api/v1/targets", [&engine, scraper](const Request& request, Timestamp) {
    return get_targets(scraper, request, engine.external_url());
  });
  router.add("GET", "/targets", [&engine, scraper](const Request& request, Timestamp now) {
    return targets_page(jobs_of(scraper), request, engine.external_url(), now);
  });
  router.add("GET", "/api/v1/scrape_pools",
             [scraper](const Request&, Timestamp) { return get_pools(scraper); });
  router.add("GET", "/api/v1/targets/metadata", [scraper](const Request& request, Timestamp) {
    return checked([&] { return get_target_metadata(scraper, request); });
  });
}

}  // namespace tocsin::web
