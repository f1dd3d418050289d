#include "cli/pages.h"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

namespace tocsin::cli {
namespace {

/// The words of CLI11's "TEXT:{a,b}".
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return choices;
  std::string_view rest = std::string_view(type).substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    choices.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return choices;
}

bool names_a_file(const std::string& name) {
  for (const std::string_view end : {"FILE", ".file", ".path", ".tls-config", "samples"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

FlagPage page_of(const CLI::Option& option) {
  FlagPage page;
  for (const std::string& name : option.get_snames()) page.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) page.names.push_back("--" + name);
  if (page.names.empty()) page.names.push_back(option.get_name(true));
  page.help = option.get_description();
  page.fallback = option.get_default_str();
  page.takes_value = option.get_items_expected_max() > 0;
  page.choices = choices_of(option.get_type_name());
  page.takes_file =
      page.takes_value && std::any_of(page.names.begin(), page.names.end(), names_a_file);
  return page;
}

void add_pages(const CLI::App& app, const std::string& parents, std::vector<CommandPage>& pages) {
  CommandPage page;
  page.name = parents.empty() ? app.get_name() : parents + " " + app.get_name();
  page.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) page.flags.push_back(page_of(*option));
  }
  const auto children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) page.commands.push_back(child->get_name());
  const std::string name = page.name;
  pages.push_back(std::move(page));
  for (const CLI::App* child : children) add_pages(*child, name, pages);
}

}  // namespace

std::vector<CommandPage> pages_of(const CLI::App& program) {
  std::vector<CommandPage> pages;
  add_pages(program, "", pages);
  return pages;
}

}  // namespace tocsin::cli
