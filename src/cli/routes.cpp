#include "cli/routes.h"

#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/words.h"
#include "config/alone.h"
#include "model/error.h"

namespace tocsin::cli {

void add_tree_options(CLI::App& app, TreeOptions& options) {
  app.add_option("--config.file", options.config_file,
                 "Take the tree from this file instead of the running service");
  add_service_options(app, options.service);
}

std::shared_ptr<const config::Config> load_tree(const TreeOptions& options) {
  if (!options.config_file.empty()) {
    return config::parse_routing(config::read_file(options.config_file), options.config_file);
  }
  Service service(options.service);
  const nlohmann::json status = service.get("/api/v2/status");
  const std::string text = text_of(status.value("config", nlohmann::json::object()), "original");
  if (text.empty()) {
    throw Error(fmt::format("{} does not show its configuration; give a --config.file",
                            service.shown_url()));
  }
  return config::parse_routing(text, "configuration of " + service.shown_url());
}

std::string condition_text(const route::Route& route) {
  return route.matchers.empty() ? "everything" : for_terminal(to_string(route.matchers));
}

Command add_routes(CLI::App& program) {
  CLI::App* app =
      program.add_subcommand("routes", "See which receivers hear of which alerts, and when");
  app->require_subcommand(1);
  return {app, [commands = std::vector<Command>{add_routes_show(*app), add_routes_test(*app)}] {
            return run_chosen(commands);
          }};
}

}  // namespace tocsin::cli
