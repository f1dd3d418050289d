#include "cli/cli.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/query_text.h"
#include "model/error.h"
#include "model/text.h"

namespace tocsin::cli {
namespace {

constexpr int kMisused = 2;

/// The name that was probably meant, or "". Swapped letters are the commonest slip of all.
std::string meant(const std::string& word, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::is_permutation(name.begin(), name.end(), word.begin(), word.end())) return name;
  }
  return nearest(word, {names.begin(), names.end()});
}

/// Complains of a first word that ought to be one of the app's commands and is not.
bool knows_command(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.empty() || words.front().starts_with('-')) return true;
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (each->get_name() == words.front()) {
      return knows_command(*each, {words.begin() + 1, words.end()});
    }
    names.push_back(each->get_name());
  }
  if (names.empty()) return true;
  const std::string near = meant(words.front(), names);
  fmt::print(stderr, "{}: there is no command \"{}\"; {}\n", app.get_name(),
             for_terminal(words.front()),
             near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                          : fmt::format("did you mean \"{}\"?", near));
  return false;
}

/// Runs the command that was chosen; says what kept it from its work.
int run(const std::vector<Command>& commands) {
  try {
    return run_chosen(commands);
  } catch (const Error& error) {
    fmt::print(stderr, "tocsin: {}\n", error.what());
  }
  return 1;
}

int parse_and_run(CLI::App& app, const std::vector<Command>& commands,
                  const std::vector<std::string>& words) {
  const std::vector<std::string> given = with_empty_values(words);
  try {
    app.parse(std::vector<std::string>(given.rbegin(), given.rend()));  // the last word first
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kMisused;
  } catch (const Error& error) {
    fmt::print(stderr, "tocsin: {}\n", error.what());
    return 1;
  }
  return run(commands);
}

/// Under Alertmanager's name: its flags, without a command in front of them.
int alertmanager_main(const std::vector<std::string>& words) {
  CLI::App app("Tocsin in the place of an Alertmanager.", "alertmanager");
  app.set_version_flag("--version", alertmanager_version_text());
  const std::function<int()> run_it = add_alertmanager(app);
  return parse_and_run(app, {{&app, run_it}}, words);
}

}  // namespace

int run_chosen(const std::vector<Command>& commands) {
  for (const Command& command : commands) {
    if (*command.app) return command.run();
  }
  return 1;
}

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (argc > 0 && is_alertmanager_name(argv[0])) return alertmanager_main(words);
  CLI::App app("Tocsin evaluates alerting rules, keeps what happened, and tells who must hear.",
               "tocsin");
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  app.require_subcommand(1);
  const std::vector<Command> commands = {
      add_run(app),     add_demo(app),   add_check(app),      add_test(app),    add_query(app),
      add_silence(app), add_alerts(app), add_routes(app),     add_explain(app), add_outbox(app),
      add_backup(app),  add_health(app), add_completion(app), add_man(app)};
  if (!knows_command(app, words)) return kMisused;
  return parse_and_run(app, commands, words);
}

}  // namespace tocsin::cli
