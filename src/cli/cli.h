// The command line: one file per subcommand, each given its parsed options.
#pragma once

#include <string>

namespace tocsin::cli {

/// tocsin run
struct RunOptions {
  std::string config_file = "config.yaml";
  std::string storage_path = "data";
  std::string listen_address = "127.0.0.1:9093";
  std::string external_url;  ///< empty: http:// and the listen address
  std::string log_level = "info";
  std::string log_format = "logfmt";
};

/// Serves until SIGINT or SIGTERM; SIGHUP reloads. Returns the exit code. Throws Error for whatever
/// keeps it from starting.
int run(const RunOptions& options);

/// tocsin health: asks a running Tocsin whether it is ready or, with `live`, whether it answers at
/// all. Returns 0 or 1, and says why not.
int health(const std::string& url, bool live);

/// Parses the command line, runs the subcommand, prints what went wrong. The exit code.
int main(int argc, char** argv);

}  // namespace tocsin::cli
