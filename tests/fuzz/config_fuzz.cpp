// Whatever a file holds, it is read, or all of its problems are told with places that exist.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "model/text.h"

namespace {

using tocsin::Diagnostic;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const std::vector<Diagnostic>& diagnostics, std::string_view text) {
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const Diagnostic& each : diagnostics) {
    require(!each.message.empty() && tocsin::is_utf8(each.message));
    require(each.where.line >= 1 && each.where.line <= lines + 1);
    require(each.where.column >= 1);
  }
}

void read_rules(std::string_view text) {
  std::vector<Diagnostic> diagnostics;
  const auto groups = tocsin::config::parse_rule_file(text, "rules.yaml", diagnostics);
  check(diagnostics, text);
  if (!diagnostics.empty()) return;
  for (const auto& group : groups) {
    require(!group.name.empty() && group.interval.count() > 0);
    for (const auto& rule : group.rules) require(!rule.name.empty() && !rule.expression.empty());
  }
}

void read_configuration(std::string_view text) {
  // Rule files are files of this machine, some of which never end.
  if (text.find("rule_files") != std::string_view::npos) return;
  const auto nothing_set = [](const std::string&) { return std::optional<std::string>(); };
  try {
    const auto config = tocsin::config::parse(text, "config.yaml", nothing_set);
    require(config->receiver(config->route.receiver) != nullptr);
    require(tocsin::is_utf8(config->alertmanager_yaml()));
  } catch (const tocsin::InvalidInput& error) {
    require(!error.diagnostics().empty());
    check(error.diagnostics(), text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_rules(text);
  read_configuration(text);
  return 0;
}
