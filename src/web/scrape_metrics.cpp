// /metrics about scraping, under Prometheus' names where it has them.
#include "web/scrape_metrics.h"

#include <map>

#include "scrape/scraper.h"

namespace tocsin::web {
namespace {

double count(std::uint64_t value) { return static_cast<double>(value); }

void pool_metrics(Exposition& out, const std::vector<scrape::JobView>& jobs) {
  const auto per_job = [&](std::string_view name, std::string_view type, std::string_view help,
                           std::string_view label, auto get) {
    out.family(name, type, help);
    for (const scrape::JobView& job : jobs) out.sample(count(get(job)), {{label, job.name}});
  };
  using scrape::JobView;
  per_job("prometheus_target_scrape_pool_targets", "gauge", "Targets of the job.", "scrape_job",
          [](const JobView& job) { return job.active.size(); });
  per_job("prometheus_target_scrape_pool_sync_total", "counter",
          "How often the targets of the job were made anew.", "scrape_job",
          [](const JobView& job) { return job.syncs; });
  per_job("tocsin_scrape_pool_targets_down", "gauge", "Targets of the job that are down.",
          "scrape_job", [](const JobView& job) {
            std::size_t down = 0;
            for (const auto& each : job.active) down += each.health == scrape::Health::Down;
            return down;
          });
  per_job("tocsin_scrape_pool_problems", "gauge",
          "What is wrong with discovery and with targets that cannot be scraped.", "scrape_job",
          [](const JobView& job) { return job.problems.size(); });
  out.family("prometheus_sd_discovered_targets", "gauge", "Targets found, dropped ones included.");
  for (const JobView& job : jobs) {
    out.sample(count(job.discovered), {{"name", "scrape"}, {"config", job.name}});
  }
  std::uint64_t over = 0;
  for (const JobView& job : jobs) over += job.over_limit;
  out.family("prometheus_target_scrape_pool_exceeded_target_limit_total", "counter",
             "How often a job had more targets than its target_limit.");
  out.sample(count(over));
}

void add_forward_metrics(Exposition& out, const scrape::Scraper& scraper) {
  const std::vector<scrape::ForwardView> places = scraper.forwards();
  if (places.empty()) return;
  using scrape::ForwardView;
  const auto per_place = [&](std::string_view name, std::string_view type, std::string_view help,
                             auto get) {
    out.family(name, type, help);
    for (const ForwardView& each : places) out.sample(get(each), {{"remote_name", each.name}});
  };
  per_place("prometheus_remote_storage_samples_total", "counter", "Samples sent on.",
            [](const ForwardView& each) { return count(each.sent); });
  per_place("prometheus_remote_storage_samples_failed_total", "counter",
            "Samples that the place refused for good.",
            [](const ForwardView& each) { return count(each.dropped); });
  per_place("tocsin_remote_write_retries_total", "counter", "Requests that were tried again.",
            [](const ForwardView& each) { return count(each.retries); });
  per_place("prometheus_remote_storage_queue_highest_sent_timestamp_seconds", "gauge",
            "All samples before it were dealt with.",
            [](const ForwardView& each) { return to_unix_seconds(each.sent_until); });
}

}  // namespace

void add_scrape_metrics(Exposition& out, const scrape::Scraper& scraper) {
  add_forward_metrics(out, scraper);
  const std::vector<scrape::JobView> jobs = scraper.jobs();
  if (jobs.empty()) return;
  pool_metrics(out, jobs);
  const scrape::Counters counters = scraper.counters();
  const auto counter = [&out](std::string_view name, std::string_view help, std::uint64_t value) {
    out.family(name, "counter", help);
    out.sample(count(value));
  };
  counter("tocsin_scrapes_total", "Scrapes begun.", counters.scrapes);
  counter("tocsin_scrapes_failed_total", "Scrapes after which a target was down.", counters.failed);
  counter("tocsin_scrapes_missed_total", "Scrapes left out as the one before was under way.",
          counters.missed);
  counter("prometheus_target_scrapes_exceeded_sample_limit_total",
          "Scrapes with more samples than sample_limit.", counters.sample_limit);
  counter("prometheus_target_scrapes_exceeded_body_size_limit_total",
          "Scrapes with a larger body than body_size_limit.", counters.body_limit);
  counter("prometheus_target_scrapes_sample_duplicate_timestamp_total",
          "Samples refused as there was another of that time.", counters.duplicate);
  counter("prometheus_target_scrapes_sample_out_of_order_total",
          "Samples refused as there was a later one.", counters.out_of_order);
  counter("prometheus_target_scrapes_sample_out_of_bounds_total",
          "Samples refused as too old or too far ahead.", counters.out_of_bounds);
  counter("tocsin_scrape_samples_refused_full_total",
          "Samples refused as the store of series was full.", counters.full);
  out.family("tocsin_sd_failures_total", "counter", "Failures of discovery, by its kind.");
  for (const auto& [kind, failures] : counters.discovery_failures) {
    out.sample(count(failures), {{"kind", kind}});
  }
}

}  // namespace tocsin::web
