// A subcommand: how it is written on the command line, and what it does. One source file each.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace tocsin::cli {

struct Command {
  CLI::App* app = nullptr;  ///< as it was added to the program; true when it was chosen
  /// Works with the options that were parsed; returns the exit code. Throws Error for what keeps
  /// it from its work.
  std::function<int()> run;
};

Command add_run(CLI::App& program);
Command add_health(CLI::App& program);
Command add_query(CLI::App& program);
Command add_test(CLI::App& program);
Command add_check(CLI::App& program);

}  // namespace tocsin::cli
