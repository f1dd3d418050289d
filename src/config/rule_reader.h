// One group of a rule file.
#pragma once

#include <set>
#include <string>

#include "config/parts.h"

namespace tocsin::config {

/// `names` are those of the file's groups before it; a name that is there is a problem.
rule::RuleGroup read_group(const Node& node, File& file, const RuleContext& context,
                           std::set<std::string>& names);

}  // namespace tocsin::config
