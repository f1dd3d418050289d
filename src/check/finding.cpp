#include "check/finding.h"

#include <algorithm>
#include <array>

namespace tocsin::check {
namespace {

constexpr std::array kCodes = {kConfiguration, kCounterRaw,    kDuplicateRules, kExperimental,
                               kForShort,      kIgnoreUnknown, kIgnoreUnused,   kLabelGone,
                               kNeverMatches,  kNeverReturns,  kNoComparison,   kRouteUnreachable,
                               kWindowShort};

}  // namespace

std::string_view to_string(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}

std::span<const std::string_view> all_codes() { return kCodes; }

bool is_code(std::string_view name) {
  return std::find(kCodes.begin(), kCodes.end(), name) != kCodes.end();
}

}  // namespace tocsin::check
