// What is found in a text, in short, for tables of tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "check/check.h"

namespace tocsin::check {

inline Options all_codes_wanted() {
  Options options;
  options.codes.insert(all_codes().begin(), all_codes().end());
  return options;
}

/// "5:11 never-returns" for each; errors with their message.
inline std::vector<std::string> in_short(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& each : findings) {
    const Position& where = each.what.where;
    all.push_back(fmt::format("{}:{} {}", where.line, where.column, each.code));
    if (each.severity == Severity::Error) all.back() += ": " + each.what.message;
  }
  return all;
}

inline std::vector<std::string> found_in(std::string_view text,
                                         const Options& options = all_codes_wanted()) {
  return in_short(check_text(text, "file.yaml", options).findings);
}

/// The findings about one expression of an alert, their columns counted from 1 in it.
inline std::vector<std::string> found_in_alert(const std::string& expression,
                                               const Options& options = all_codes_wanted()) {
  const std::string text =
      "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |-\n      " + expression + "\n";
  std::vector<std::string> all;
  for (const Finding& each : check_text(text, "file.yaml", options).findings) {
    all.push_back(fmt::format("{} {}", each.what.where.column - 6, each.code));
    if (each.severity == Severity::Error) all.back() += ": " + each.what.message;
  }
  return all;
}

}  // namespace tocsin::check
