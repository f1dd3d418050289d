// One look at an expression: what its series and values can be, and which of its parts return
// nothing whatever the data is.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "check/interval.h"
#include "check/label_facts.h"
#include "query/syntax/ast.h"

namespace tocsin::check {

struct Known {
  LabelFacts labels;
  Interval values;
};

/// Says something about the part of the expression that begins at a byte.
using Report = std::function<void(std::string_view code, std::size_t at, std::string message)>;

/// Reports never-returns and never-matches. REQUIRES: the expression passed the type check.
Known analyze(const query::Expr& expr, const Report& report);
/// The same without a report.
Known known_of(const query::Expr& expr);

/// The part of the expression that takes the label away: what it is made of may have it.
/// REQUIRES: the expression's series cannot have it.
const query::Expr& remover_of(const query::Expr& expr, const std::string& label);

}  // namespace tocsin::check
