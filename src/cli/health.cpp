#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/query_text.h"
#include "cli/service.h"

namespace tocsin::cli {
namespace {

/// Asks a running Tocsin whether it is ready or, with `live`, whether it answers at all.
int health(const ServiceOptions& options, bool live) {
  Service service(options);
  const Service::Answer answer = service.ask("GET", live ? "/-/healthy" : "/-/ready");
  if (answer.status == 200) {
    fmt::print("{}", for_terminal(answer.body));
    return 0;
  }
  fmt::print(stderr, "{}\n", service.complaint(answer));
  return 1;
}

}  // namespace

Command add_health(CLI::App& program) {
  struct Options {
    ServiceOptions service;
    bool live = false;
  };
  const auto options = std::make_shared<Options>();
  options->service.timeout = "5s";
  CLI::App* app =
      program.add_subcommand("health", "Ask a running Tocsin whether it is ready (exit code 0)");
  add_service_options(*app, options->service);
  app->add_flag("--live", options->live, "Only ask whether it answers, not whether it is ready");
  return {app, [options] { return health(options->service, options->live); }};
}

}  // namespace tocsin::cli
