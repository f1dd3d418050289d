// Templates as rule files have them: the preamble variables and the function table they know.
#pragma once

#include <string>
#include <string_view>

#include "template/template.h"

namespace tocsin::rule {

/// Parses the value of a label or annotation, which may use $labels, $value, $externalLabels and
/// $externalURL. Throws InvalidInput whose Position is within `text` (its file is `name`).
tmpl::Template parse_rule_template(std::string_view text, std::string name);

/// The order in which execute() is given the values of the variables above.
enum class RuleVariable { Labels, ExternalLabels, ExternalUrl, Value };

}  // namespace tocsin::rule
