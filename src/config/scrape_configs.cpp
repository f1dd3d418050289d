#include "config/scrape_configs.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "config/scrape_parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

using scrape::JobSettings;

void read_scheme(Map& map, JobSettings& job) {
  if (!map.read("scheme", job.scheme)) return;
  if (job.scheme.empty()) job.scheme = "http";
  if (job.scheme == "http" || job.scheme == "https") return;
  map.problem("scheme", fmt::format("scheme must be http or https, not {}", shown(job.scheme)));
}

void read_params(Map& map, JobSettings& job) {
  const Node* node = map.find("params");
  if (node == nullptr) return;
  Map params(*node, "params", map.file());
  if (!params.usable()) return;
  for (const Node::Entry& entry : node->entries) {
    std::vector<std::string> values;
    params.read(entry.key, values);
    job.params.emplace_back(entry.key, std::move(values));
  }
}

void read_switches(Map& map, JobSettings& job) {
  map.read("honor_labels", job.honor_labels);
  map.read("honor_timestamps", job.honor_timestamps);
  map.read("track_timestamps_staleness", job.track_timestamps_staleness);
  map.read("enable_compression", job.compression);
  std::size_t kept = 0;
  map.read("keep_dropped_targets", kept);  // dropped targets cost little here: all are kept
}

JobSettings read_job(Map& map, const JobSettings& defaults) {
  JobSettings job = defaults;
  map.read("job_name", job.name);
  if (job.name.empty()) map.problem("a scrape config needs a job_name");
  read_scrape_times(map, job, defaults.timeout);
  map.read("metrics_path", job.metrics_path);
  if (job.metrics_path.empty()) job.metrics_path = "/metrics";
  read_scheme(map, job);
  read_params(map, job);
  read_switches(map, job);
  read_scrape_limits(map, job);
  read_scrape_protocols(map, job);
  warn_of_histogram_keys(map);
  read_http_keys(map, job.http);
  read_discovery(map, job);
  job.relabel = read_relabel_rules(map, "relabel_configs");
  job.metric_relabel = read_relabel_rules(map, "metric_relabel_configs");
  return job;
}

/// Reads the jobs under scrape_configs of one file. Names are unique in all files.
class JobReader {
 public:
  JobReader(const JobSettings& defaults, std::vector<JobSettings>& jobs)
      : defaults_(defaults), jobs_(jobs) {}

  void read(Map& root) {
    root.for_each("scrape_configs", [&](const Node& node) {
      Map map(node, "scrape config", root.file());
      if (!map.usable()) return;
      JobSettings job = read_job(map, defaults_);
      const bool known = std::any_of(jobs_.begin(), jobs_.end(), [&job](const JobSettings& other) {
        return other.name == job.name;
      });
      if (known && !job.name.empty()) {
        map.problem("job_name", fmt::format("there are two scrape configs with the job_name {}; "
                                            "rename one",
                                            shown(job.name)));
      }
      jobs_.push_back(std::move(job));
    });
  }

 private:
  const JobSettings& defaults_;
  std::vector<JobSettings>& jobs_;
};

void read_job_file(const std::string& path, const File& main, JobReader& reader,
                   std::vector<Diagnostic>& diagnostics, std::vector<Diagnostic>& warnings) {
  File file(path, diagnostics);
  file.environment = main.environment;
  file.looks_at_files = main.looks_at_files;
  try {
    const std::string text = read_file(path);
    const Documents documents = parse_yaml(text, file);
    for (const Node* document : documents.roots) {
      if (document->is_null()) continue;
      Map root(*document, "file of scrape configs", file);
      if (root.usable()) reader.read(root);
    }
  } catch (const Error& error) {
    diagnostics.push_back({{path, 0, 0}, error.what()});
  }
  for (Diagnostic& each : file.take_warnings()) warnings.push_back(std::move(each));
}

}  // namespace

std::vector<JobSettings> read_scrape_configs(Map& root, const JobSettings& defaults,
                                             std::vector<Diagnostic>& diagnostics,
                                             std::vector<Diagnostic>& warnings) {
  std::vector<JobSettings> jobs;
  JobReader reader(defaults, jobs);
  reader.read(root);
  std::vector<std::string> patterns;
  root.read("scrape_config_files", patterns);
  for (const std::string& pattern : patterns) {
    for (const std::string& path : matching_files(root.file().folder(), pattern)) {
      read_job_file(path, root.file(), reader, diagnostics, warnings);
    }
  }
  return jobs;
}

JobSettings read_scrape_defaults(Map& global) {
  JobSettings defaults;
  read_scrape_times(global, defaults, defaults.timeout);
  read_scrape_limits(global, defaults);
  read_scrape_protocols(global, defaults);
  warn_of_histogram_keys(global);
  std::size_t kept = 0;
  global.read("keep_dropped_targets", kept);
  return defaults;
}

}  // namespace tocsin::config
