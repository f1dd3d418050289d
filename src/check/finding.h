// What is found about a file, and the names by which people switch findings off.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/error.h"

namespace tocsin::check {

/// Errors keep a file from being loaded; warnings are about files that load and are likely not
/// what was meant.
enum class Severity { Error, Warning };
std::string_view to_string(Severity severity);

struct Finding {
  std::string_view code;  ///< one of those below
  Severity severity = Severity::Warning;
  Diagnostic what;
  int rule_line = 0;  ///< where the rule begins that it is about; 0: none
};

// What kinds of findings there are; docs/check.md explains each.
inline constexpr std::string_view kInvalid = "invalid";  ///< all errors
inline constexpr std::string_view kConfiguration = "configuration";
inline constexpr std::string_view kDuplicateRules = "duplicate-rules";
inline constexpr std::string_view kNeverReturns = "never-returns";
inline constexpr std::string_view kNeverMatches = "never-matches";
inline constexpr std::string_view kNoComparison = "no-comparison";
inline constexpr std::string_view kForShort = "for-short";
inline constexpr std::string_view kWindowShort = "window-short";
inline constexpr std::string_view kLabelGone = "label-gone";
inline constexpr std::string_view kCounterRaw = "counter-raw";
inline constexpr std::string_view kExperimental = "experimental";
inline constexpr std::string_view kRouteUnreachable = "route-unreachable";
inline constexpr std::string_view kIgnoreUnused = "ignore-unused";
inline constexpr std::string_view kIgnoreUnknown = "ignore-unknown";

/// Those of warnings, which can be switched on and off.
std::span<const std::string_view> all_codes();
bool is_code(std::string_view name);

}  // namespace tocsin::check
