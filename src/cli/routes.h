// `tocsin routes`: what its commands share.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/service.h"
#include "config/config.h"

namespace tocsin::cli {

/// Where the routing tree comes from: a file, or else the running service.
struct TreeOptions {
  std::string config_file;
  ServiceOptions service;
};
void add_tree_options(CLI::App& app, TreeOptions& options);

/// Only what config::parse_routing() reads. Throws Error.
std::shared_ptr<const config::Config> load_tree(const TreeOptions& options);

/// The matchers of a node, like {team="a"}; "everything" where there are none.
std::string condition_text(const route::Route& route);

Command add_routes_show(CLI::App& routes);
Command add_routes_test(CLI::App& routes);

}  // namespace tocsin::cli
