// The program's commands as values, for whatever describes them: completion, the man page.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tocsin::cli {

struct FlagPage {
  std::vector<std::string> names;  ///< with their dashes; one without is a positional argument
  std::string help;
  std::string fallback;  ///< the default; empty where there is none
  bool takes_value = false;
  bool takes_file = false;
  std::vector<std::string> choices;  ///< empty: any value

  bool positional() const { return !names.front().starts_with('-'); }
};

struct CommandPage {
  std::string name;  ///< with the program's and the parents' names: "tocsin silence add"
  std::string help;
  std::vector<FlagPage> flags;
  std::vector<std::string> commands;  ///< below it, their last word only
};

/// The program first, then every command in the order of --help, parents before children. Hidden
/// flags are left out.
std::vector<CommandPage> pages_of(const CLI::App& program);

}  // namespace tocsin::cli
