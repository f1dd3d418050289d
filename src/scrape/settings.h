// What the configuration says about scraping: one JobSettings for each entry of scrape_configs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/labels.h"
#include "model/time.h"
#include "net/http.h"
#include "scrape/relabel.h"

namespace tocsin::scrape {

/// Targets that are found together. `source` tells it from other groups of the same discovery.
struct TargetGroup {
  std::string source;
  std::vector<Labels> targets;  ///< each has __address__ at least
  Labels labels;                ///< of all of them, unless a target has its own
  bool operator==(const TargetGroup&) const = default;
};

struct FileDiscovery {
  std::vector<std::string> files;  ///< paths; the last part may be a pattern
  Duration refresh_interval = std::chrono::minutes{5};
  bool operator==(const FileDiscovery&) const = default;
};

struct HttpDiscovery {
  std::string url;
  Duration refresh_interval = std::chrono::minutes{1};
  net::HttpSettings http;
  bool operator==(const HttpDiscovery&) const = default;
};

enum class KubernetesRole { Node, Pod, Service, Endpoints, EndpointSlice };

struct KubernetesDiscovery {
  struct Selector {
    KubernetesRole role = KubernetesRole::Pod;
    std::string label;
    std::string field;
    bool operator==(const Selector&) const = default;
  };
  KubernetesRole role = KubernetesRole::Pod;
  std::string api_server;  ///< empty: that of the cluster this runs in, with its service account
  net::HttpSettings http;  ///< used with an api_server only
  bool own_namespace = false;
  std::vector<std::string> namespaces;  ///< empty: all
  std::vector<Selector> selectors;
  bool attach_node = false;       ///< labels of the node that a pod runs on
  bool attach_namespace = false;  ///< labels of the namespace
  bool operator==(const KubernetesDiscovery&) const = default;
};

/// 0 is no limit.
struct Limits {
  std::size_t body_bytes = 0;  ///< after decompression
  std::size_t samples = 0;     ///< after metric relabelling
  std::size_t targets = 0;     ///< of the job, after relabelling
  std::size_t labels = 0;      ///< of a series, those of the target included
  std::size_t label_name_length = 0;
  std::size_t label_value_length = 0;
  bool operator==(const Limits&) const = default;
};

enum class Protocol { Text, OpenMetrics };

struct JobSettings {
  std::string name;
  Duration interval = std::chrono::minutes{1};
  Duration timeout = std::chrono::seconds{10};
  std::string metrics_path = "/metrics";
  std::string scheme = "http";
  std::vector<std::pair<std::string, std::vector<std::string>>> params;
  bool honor_labels = false;
  bool honor_timestamps = true;
  bool track_timestamps_staleness = false;
  bool compression = true;
  bool extra_metrics = false;  ///< scrape_timeout_seconds and its kin
  /// What is asked for, the most wanted first, as the value of an Accept header.
  std::string accept;
  /// How a body is read whose content type says nothing; none: that is a failure.
  std::optional<Protocol> fallback;
  Limits limits;
  net::HttpSettings http;
  std::vector<TargetGroup> static_targets;
  std::vector<FileDiscovery> files;
  std::vector<HttpDiscovery> urls;
  std::vector<KubernetesDiscovery> clusters;
  std::vector<RelabelRule> relabel;
  std::vector<RelabelRule> metric_relabel;
  bool operator==(const JobSettings&) const = default;
};

/// A place that gets everything which is stored, over remote write 1.0.
struct RemoteWriteSettings {
  std::string name;
  std::string url;
  Duration timeout = std::chrono::seconds{30};
  net::HttpSettings http;
  std::vector<RelabelRule> relabel;  ///< of what is sent, with the external labels
  std::size_t batch = 2000;          ///< samples in one request
  Duration min_backoff = std::chrono::milliseconds{30};
  Duration max_backoff = std::chrono::seconds{5};
  bool operator==(const RemoteWriteSettings&) const = default;
};

/// A body without a limit of its own is cut off here: an endless one would take all memory.
inline constexpr std::size_t kMostBody = std::size_t{256} << 20;

inline constexpr std::string_view kAddress = "__address__";
inline constexpr std::string_view kScheme = "__scheme__";
inline constexpr std::string_view kMetricsPath = "__metrics_path__";
inline constexpr std::string_view kScrapeInterval = "__scrape_interval__";
inline constexpr std::string_view kScrapeTimeout = "__scrape_timeout__";
inline constexpr std::string_view kParam = "__param_";
inline constexpr std::string_view kMeta = "__meta_";
inline constexpr std::string_view kJob = "job";
inline constexpr std::string_view kInstance = "instance";

}  // namespace tocsin::scrape
