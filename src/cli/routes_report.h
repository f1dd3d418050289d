// What `tocsin routes test` prints.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cli/route_walk.h"

namespace tocsin::cli {

/// The way through the tree, then what each receiver would hear and when.
std::string routes_text(const config::Config& config, const Labels& labels, Timestamp now);

/// The same for programs.
nlohmann::json routes_json(const config::Config& config, const Labels& labels, Timestamp now);

}  // namespace tocsin::cli
