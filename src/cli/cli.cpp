#include "cli/cli.h"

#include <cstdio>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "model/error.h"

namespace tocsin::cli {

int main(int argc, char** argv) {
  CLI::App app("Tocsin evaluates alerting rules, keeps what happened, and tells who must hear.",
               "tocsin");
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  app.require_subcommand(1);
  const std::vector<Command> commands = {add_run(app), add_check(app), add_test(app),
                                         add_query(app), add_health(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    for (const Command& command : commands) {
      if (*command.app) return command.run();
    }
  } catch (const Error& error) {
    fmt::print(stderr, "tocsin: {}\n", error.what());
  }
  return 1;
}

}  // namespace tocsin::cli
