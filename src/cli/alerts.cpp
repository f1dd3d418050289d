#include "cli/alerts.h"

#include <vector>

#include <CLI/CLI.hpp>

namespace tocsin::cli {

Command add_alerts(CLI::App& program) {
  CLI::App* app = program.add_subcommand("alerts", "See the alerts of a running Tocsin, add some");
  app->require_subcommand(1);
  return {app, [commands = std::vector<Command>{add_alerts_query(*app), add_alerts_add(*app)}] {
            return run_chosen(commands);
          }};
}

}  // namespace tocsin::cli
