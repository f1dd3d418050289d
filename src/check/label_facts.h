// What can be said of the labels of a series without evaluating anything. The metric's name is not
// counted among them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/matcher.h"

namespace tocsin::check {

/// Holds for all series that an expression returns.
struct LabelFacts {
  /// Open: they may have any label but `names`. Closed: none but `names`.
  bool open = true;
  std::set<std::string> names;
  std::map<std::string, std::string> fixed;  ///< they all have, with this value; never empty
  std::set<std::string> present;             ///< they all have, whatever the value; fixed included

  bool may_have(const std::string& name) const { return open != names.contains(name); }
};

/// No labels at all.
LabelFacts no_labels();
/// What matchers of a selector say.
LabelFacts selected(const Matchers& matchers);
/// Those of absent(): only what the matchers say is equal.
LabelFacts of_absent(const Matchers& matchers);

LabelFacts only(const LabelFacts& facts, const std::vector<std::string>& labels);
LabelFacts without(const LabelFacts& facts, const std::vector<std::string>& labels);
/// Series that have this label in one way or another.
LabelFacts with_unknown(const LabelFacts& facts, const std::string& label);
/// The label as it is in `from`.
LabelFacts with_copied(const LabelFacts& facts, const std::string& label, const LabelFacts& from);
/// Series of one or the other.
LabelFacts either(const LabelFacts& a, const LabelFacts& b);

}  // namespace tocsin::check
