// scrape_configs and what `global` says for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/yaml.h"
#include "scrape/settings.h"

namespace tocsin::config {

/// A job without a name, with the values of `global`.
scrape::JobSettings read_scrape_defaults(Map& global);

/// The jobs of the configuration and of the files that scrape_config_files names.
std::vector<scrape::JobSettings> read_scrape_configs(Map& root, const scrape::JobSettings& defaults,
                                                     std::vector<Diagnostic>& diagnostics,
                                                     std::vector<Diagnostic>& warnings);

}  // namespace tocsin::config
