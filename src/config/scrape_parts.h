// The parts of scrape_configs, each read by a source file of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/parts.h"
#include "scrape/settings.h"

namespace tocsin::config {

/// "100MB", "10MiB", "512": units of 1024, as Prometheus has it. Nothing for anything else.
std::optional<std::size_t> parse_bytes(std::string_view text);

/// The keys that `global` and jobs share: limits, protocols and the like. `job` has the values that
/// hold where a key is absent.
void read_scrape_limits(Map& map, scrape::JobSettings& job);
void read_scrape_protocols(Map& map, scrape::JobSettings& job);
/// Of features that change nothing here, or not enough to refuse them.
void warn_of_histogram_keys(Map& map);

/// scrape_interval and scrape_timeout; without the latter it is at most `otherwise`.
void read_scrape_times(Map& map, scrape::JobSettings& job, Duration otherwise);

std::vector<scrape::RelabelRule> read_relabel_rules(Map& map, std::string_view key);

/// static_configs, file_sd_configs, http_sd_configs, kubernetes_sd_configs; others are refused.
void read_discovery(Map& map, scrape::JobSettings& job);
void read_kubernetes_discovery(Map& map, scrape::JobSettings& job);
/// A mapping of `targets` and `labels`; nothing when it is wrong, which has been said.
std::optional<scrape::TargetGroup> read_target_group(const Node& node, File& file);

}  // namespace tocsin::config
