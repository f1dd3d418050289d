#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/pages.h"
#include "cli/words.h"

namespace tocsin::cli {
namespace {

using Pages = std::vector<CommandPage>;

std::string words_of(const CommandPage& page) {
  std::string words = fmt::format("{}", fmt::join(page.commands, " "));
  for (const FlagPage& flag : page.flags) {
    if (flag.positional()) continue;
    for (const std::string& name : flag.names) words += (words.empty() ? "" : " ") + name;
  }
  return words;
}

bool takes_files(const CommandPage& page) {
  for (const FlagPage& flag : page.flags) {
    if (flag.positional() && flag.takes_file) return true;
  }
  return false;
}

/// What may follow each flag that takes a value.
std::string bash_values(const Pages& pages) {
  std::string text;
  for (const CommandPage& page : pages) {
    for (const FlagPage& flag : page.flags) {
      if (flag.positional() || !flag.takes_value) continue;
      std::string cases;
      for (const std::string& name : flag.names) {
        cases += fmt::format("{}\"{} {}\"", cases.empty() ? "" : "|", page.name, name);
      }
      std::string reply;
      if (flag.takes_file) reply = "COMPREPLY=($(compgen -f -- \"$current\")); ";
      if (!flag.choices.empty()) {
        reply = fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); ",
                            fmt::join(flag.choices, " "));
      }
      text += fmt::format("    {}) {}return ;;\n", cases, reply);
    }
  }
  return text;
}

std::string bash_script(const Pages& pages) {
  std::string commands;
  std::string words;
  for (const CommandPage& page : pages) {
    for (const std::string& name : page.commands) {
      commands += fmt::format("{}\"{} {}\"", commands.empty() ? "" : "|", page.name, name);
    }
    words += fmt::format("    \"{}\") words=\"{}\"; files={} ;;\n", page.name, words_of(page),
                         takes_files(page) ? "yes" : "");
  }
  return fmt::format(R"(# Completion for tocsin; for bash: source <(tocsin completion bash)
_tocsin() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  local path="tocsin" words="" files="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${{COMP_WORDS[i]}}" in
    {}) path="$path ${{COMP_WORDS[i]}}" ;;
    esac
  done
  # Bash takes --flag=value apart.
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$previous" = "=" ]; then
    previous="${{COMP_WORDS[COMP_CWORD-2]}}"
  fi
  COMPREPLY=()
  case "$path $previous" in
{}  esac
  case "$path" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _tocsin tocsin
)",
                     commands, bash_values(pages), words);
}

std::string zsh_script(const Pages& pages) {
  return "#compdef tocsin\n# Completion for tocsin; source <(tocsin completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(pages);
}

/// A text in single quotes.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// When the words typed so far are those of the page.
std::string fish_condition(const CommandPage& page) {
  if (page.name == "tocsin") return "__fish_use_subcommand";
  std::string text;
  std::string_view rest = std::string_view(page.name).substr(page.name.find(' ') + 1);
  while (!rest.empty()) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    text += fmt::format("{}__fish_seen_subcommand_from {}", text.empty() ? "" : "; and ",
                        rest.substr(0, blank));
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  if (!page.commands.empty()) {
    text += fmt::format("; and not __fish_seen_subcommand_from {}", fmt::join(page.commands, " "));
  }
  return text;
}

std::string fish_flag(const CommandPage& page, const FlagPage& flag) {
  std::string text = fmt::format("complete -c tocsin -n {}", fish_quoted(fish_condition(page)));
  for (const std::string& name : flag.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (flag.takes_value) text += flag.takes_file ? " -r -F" : " -x";
  if (!flag.choices.empty()) {
    text += fmt::format(" -a {}", fish_quoted(fmt::format("{}", fmt::join(flag.choices, " "))));
  }
  return fmt::format("{} -d {}\n", text, fish_quoted(flag.help));
}

std::string fish_script(const Pages& pages) {
  std::string text =
      "# Completion for tocsin; tocsin completion fish | source\n"
      "complete -c tocsin -f\n";
  for (const CommandPage& page : pages) {
    const std::string condition = fish_quoted(fish_condition(page));
    for (const std::string& name : page.commands) {
      const std::string full = page.name + " " + name;
      const auto child = std::find_if(pages.begin(), pages.end(),
                                      [&](const CommandPage& each) { return each.name == full; });
      text += fmt::format("complete -c tocsin -n {} -a {} -d {}\n", condition, name,
                          fish_quoted(child->help));
    }
    if (takes_files(page)) text += fmt::format("complete -c tocsin -n {} -F\n", condition);
    for (const FlagPage& flag : page.flags) {
      if (!flag.positional()) text += fish_flag(page, flag);
    }
  }
  return text;
}

}  // namespace

Command add_completion(CLI::App& program) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* app =
      program.add_subcommand("completion",
                             "Print what completes commands and flags in a shell: source <(tocsin "
                             "completion bash)");
  app->add_option("SHELL", *shell, "Which shell")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  return {app, [&program, shell] {
            const Pages pages = pages_of(program);
            print_out(*shell == "bash"  ? bash_script(pages)
                      : *shell == "zsh" ? zsh_script(pages)
                                        : fish_script(pages));
            return 0;
          }};
}

}  // namespace tocsin::cli
