#pragma once

#include <vector>

#include "config/yaml.h"
#include "scrape/settings.h"

namespace tocsin::config {

/// The places of remote_write; names are unique.
std::vector<scrape::RemoteWriteSettings> read_remote_write(Map& root);

}  // namespace tocsin::config
