#include <fmt/format.h>

#include "check/finding.h"
#include "check/rule_lints.h"
#include "query/syntax/parse.h"

namespace tocsin::check {

void check_experimental(const rule::Rule& rule, const Report& report) {
  const query::Parsed parsed = query::parse_expression(rule.expression);
  if (parsed.errors.empty()) return;
  const query::ParseError& error = parsed.errors.front();
  report(kExperimental, error.where.begin,
         fmt::format("a Prometheus takes this only with a feature flag set: {}; set it where the "
                     "rule is evaluated, or do without",
                     error.message));
}

}  // namespace tocsin::check
