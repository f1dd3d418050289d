#include "query/syntax/shape.h"

#include <fmt/format.h>

#include "model/overloaded.h"
#include "query/syntax/functions.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

std::string all_of(const std::vector<ExprPtr>& exprs) {
  std::string out;
  for (const ExprPtr& each : exprs) out += " " + shape(*each);
  return out;
}

}  // namespace

std::string shape(const Expr& expr) {
  return std::visit(
      Overloaded{
          [&](const Unary& unary) {
            return fmt::format("({} {})", unary.negative ? '-' : '+', shape(*unary.expr));
          },
          [&](const Binary& binary) {
            return fmt::format("({}{} {} {})", to_string(binary.op), print_matching(binary),
                               shape(*binary.left), shape(*binary.right));
          },
          [&](const Aggregation& aggregation) {
            std::string head = print_aggregator(aggregation);
            if (head.back() == ' ') head.pop_back();
            const ExprPtr& parameter = aggregation.parameter;
            return fmt::format("({}{}{} {})", head, parameter ? " " : "",
                               parameter ? shape(*parameter) : "", shape(*aggregation.expr));
          },
          [&](const Call& call) {
            return fmt::format("({}{})", call.function->name, all_of(call.arguments));
          },
          [&](const Paren& paren) { return fmt::format("(paren {})", shape(*paren.expr)); },
          [&](const Subquery& subquery) {
            const std::string whole = to_string(expr);
            const std::string inside = to_string(*subquery.expr);
            return fmt::format("({} {})", whole.substr(inside.size()), shape(*subquery.expr));
          },
          [&](const auto&) { return to_string(expr); },
      },
      expr.what);
}

std::string shape_of(std::string_view text) {
  const Parsed parsed = parse_expression(text, {.experimental = true});
  return parsed.expr ? shape(*parsed.expr) : to_string(parsed.errors.front(), text);
}

std::string error_of(std::string_view text, bool experimental) {
  const Parsed parsed = parse_expression(text, {.experimental = experimental});
  return parsed.expr ? "" : to_string(parsed.errors.front(), text);
}

}  // namespace tocsin::query
