// References to environment variables in the values of the configuration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace tocsin::config {

struct Expanded {
  std::string text;
  std::vector<std::string> unset;  ///< names that the environment does not have
};

/// Replaces ${NAME}, NAME being [A-Z_][A-Z0-9_]*. Nothing else with a dollar is a reference, so the
/// $labels of templates and the $ and ${1} of regular expressions stay. In front of {NAME}, and
/// only there, $$ stands for one dollar: $${NAME} is the text ${NAME}.
Expanded expand_environment(std::string_view text, const Environment& environment);

}  // namespace tocsin::config
