// A subcommand: how it is written on the command line, and what it does. One source file each.
#pragma once

#include <functional>
#include <vector>

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

/// Runs that one of them which was chosen.
int run_chosen(const std::vector<Command>& commands);

Command add_run(CLI::App& program);
/// Makes the whole program what `run` is, with Alertmanager's defaults; the result runs it.
std::function<int()> add_alertmanager(CLI::App& program);
Command add_demo(CLI::App& program);
Command add_health(CLI::App& program);
Command add_check(CLI::App& program);
Command add_query(CLI::App& program);
Command add_test(CLI::App& program);
Command add_silence(CLI::App& program);
Command add_alerts(CLI::App& program);
Command add_routes(CLI::App& program);
Command add_backup(CLI::App& program);
Command add_explain(CLI::App& program);
Command add_outbox(CLI::App& program);
Command add_completion(CLI::App& program);
Command add_man(CLI::App& program);

}  // namespace tocsin::cli
