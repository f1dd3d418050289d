#include "cli/cli.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::cli {
namespace {

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "Evaluate rules, keep state, notify, serve the API");
  run->add_option("--config.file", options.config_file, "Configuration file")
      ->capture_default_str();
  run->add_option("--storage.path", options.storage_path,
                  "Folder for alerts, silences and messages")
      ->capture_default_str();
  run->add_option("--web.listen-address", options.listen_address,
                  "Address for API and metrics (loopback only in this version; port 0: any)")
      ->capture_default_str();
  run->add_option(
      "--web.external-url", options.external_url,
      "How people reach this Tocsin; for links in messages (default: the address it listens on)");
  run->add_option("--log.level", options.log_level, "Least severe messages to log")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  run->add_option("--log.format", options.log_format, "Form of the log on standard error")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Tocsin evaluates alerting rules, keeps what happened, and tells who must hear.",
               "tocsin");
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  app.require_subcommand(1);
  RunOptions run_options;
  add_run(app, run_options);
  std::string url = "http://127.0.0.1:9093";
  CLI::App* health_command =
      app.add_subcommand("health", "Ask a running Tocsin whether it is ready (exit code 0)");
  health_command->add_option("--url", url, "Where it listens")->capture_default_str();
  bool live = false;
  health_command->add_flag("--live", live, "Only ask whether it answers, not whether it is ready");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return *health_command ? health(url, live) : run(run_options);
  } catch (const Error& error) {
    fmt::print(stderr, "tocsin: {}\n", error.what());
    return 1;
  }
}

}  // namespace tocsin::cli
