#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/pages.h"
#include "cli/words.h"

namespace tocsin::cli {
namespace {

/// Text as roff reads it back.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && out.empty()) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string flag_text(const FlagPage& flag) {
  std::string names;
  for (const std::string& name : flag.names) {
    names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
  }
  if (flag.takes_value && !flag.positional()) {
    names +=
        flag.choices.empty() ? " \\fIVALUE\\fR" : fmt::format(" {}", fmt::join(flag.choices, "|"));
  }
  const std::string fallback =
      flag.fallback.empty() ? "" : fmt::format(" (default: {})", roff(flag.fallback));
  return fmt::format(".TP\n{}\n{}{}\n", names, roff(flag.help), fallback);
}

std::string command_text(const CommandPage& page, bool first) {
  std::string text = fmt::format("{} {}\n{}\n", first ? ".SH DESCRIPTION\n.B" : ".SS",
                                 roff(page.name), roff(page.help));
  if (!page.commands.empty()) {
    text +=
        fmt::format(".PP\nCommands: {}\n", roff(fmt::format("{}", fmt::join(page.commands, ", "))));
  }
  for (const FlagPage& flag : page.flags) text += flag_text(flag);
  return text + (first ? ".SH COMMANDS\n" : "");
}

std::string man_page(const CLI::App& program) {
  std::string text = ".TH TOCSIN 1 \"\" \"tocsin " TOCSIN_VERSION
                     "\" \"User Commands\"\n"
                     ".SH NAME\ntocsin \\- evaluates alerting rules and tells who must hear\n"
                     ".SH SYNOPSIS\n.B tocsin\n.I COMMAND\n[\\fIOPTION\\fR]...\n"
                     ".br\n.B alertmanager\n[\\fIOPTION\\fR]...\n";
  bool first = true;
  for (const CommandPage& page : pages_of(program)) {
    text += command_text(page, first);
    first = false;
  }
  text +=
      ".SH ENVIRONMENT\n.TP\n\\fBTOCSIN_URL\\fR\nThe default of \\-\\-url.\n"
      ".TP\n\\fBNO_COLOR\\fR\nWhen it is set, nothing is coloured.\n"
      ".SH SIGNALS\nTo \\fBtocsin run\\fR, SIGHUP means: read the configuration again; SIGTERM and "
      "SIGINT: end.\n"
      ".SH NOTES\nCalled by the name \\fBalertmanager\\fR or \\fBprometheus\\-alertmanager\\fR the "
      "program is \\fBtocsin run\\fR with the defaults of an Alertmanager.\n";
  return text;
}

}  // namespace

Command add_man(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "man", "Print the manual page: tocsin man | man -l -, or into man1/tocsin.1");
  return {app, [&program] {
            print_out(man_page(program));
            return 0;
          }};
}

}  // namespace tocsin::cli
