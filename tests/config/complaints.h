// What the readers say of a text, in short, for tables of tests.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace tocsin::config {

using Variables = std::map<std::string, std::string>;

inline Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

/// "3:5: message" for each.
inline std::vector<std::string> in_short(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> all;
  for (Diagnostic each : diagnostics) {
    each.where.file = std::to_string(each.where.line) + ":" + std::to_string(each.where.column);
    each.where.line = 0;
    all.push_back(each.to_string());
  }
  return all;
}

/// What is wrong with a configuration; nothing when it is right.
inline std::vector<std::string> complaints(std::string_view yaml, Variables variables = {}) {
  try {
    parse(yaml, "config.yaml", environment_of(std::move(variables)));
  } catch (const InvalidInput& error) {
    return in_short(error.diagnostics());
  }
  return {};
}

/// What is wrong with a rule file.
inline std::vector<std::string> rule_complaints(std::string_view yaml) {
  std::vector<Diagnostic> diagnostics;
  parse_rule_file(yaml, "rules.yaml", diagnostics);
  return in_short(diagnostics);
}

/// One text that is refused, and everything that is said about it.
struct Refused {
  std::string yaml;
  std::vector<std::string> complaints;
};

}  // namespace tocsin::config
