#include "query/syntax/ast.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "model/overloaded.h"
#include "query/syntax/functions.h"

namespace tocsin::query {
namespace {

bool same(const ExprPtr& a, const ExprPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return equal(*a, *b);
}

bool same(const std::vector<ExprPtr>& a, const std::vector<ExprPtr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ExprPtr& x, const ExprPtr& y) { return same(x, y); });
}

/// All NaN are one: they are printed alike.
bool same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same(const Length& a, const Length& b) {
  return a.literal == b.literal && same(a.expression, b.expression);
}

bool same(const Modifiers& a, const Modifiers& b) {
  return same(a.offset, b.offset) && a.at_kind == b.at_kind && a.at == b.at;
}

bool same(const NumberLiteral& a, const NumberLiteral& b) {
  return same(a.value, b.value) && a.is_duration == b.is_duration;
}

bool same(const StringLiteral& a, const StringLiteral& b) { return a.value == b.value; }

bool same(const DurationExpr& a, const DurationExpr& b) {
  return a.kind == b.kind && a.wrapped == b.wrapped && same(a.left, b.left) &&
         same(a.right, b.right);
}

/// The order of matchers is of no meaning.
bool same(const Matchers& a, const Matchers& b) {
  if (a == b) return true;
  const auto sorted = [](const Matchers& matchers) {
    std::vector<const Matcher*> all;
    for (const Matcher& matcher : matchers) all.push_back(&matcher);
    std::sort(all.begin(), all.end(), [](auto* x, auto* y) { return *x < *y; });
    return all;
  };
  const auto x = sorted(a);
  const auto y = sorted(b);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](auto* one, auto* other) { return *one == *other; });
}

bool same(const VectorSelector& a, const VectorSelector& b) {
  return a.name == b.name && same(a.matchers, b.matchers) && same(a.modifiers, b.modifiers) &&
         a.anchored == b.anchored && a.smoothed == b.smoothed;
}

bool same(const MatrixSelector& a, const MatrixSelector& b) {
  return same(a.vector, b.vector) && same(a.range, b.range);
}

bool same(const Subquery& a, const Subquery& b) {
  return same(a.expr, b.expr) && same(a.range, b.range) && same(a.step, b.step) &&
         same(a.modifiers, b.modifiers);
}

bool same(const Unary& a, const Unary& b) {
  return a.negative == b.negative && same(a.expr, b.expr);
}

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

bool same(const Matching& a, const Matching& b) {
  return a.cardinality == b.cardinality && a.on == b.on && a.labels == b.labels &&
         a.include == b.include && same(a.fill_left, b.fill_left) &&
         same(a.fill_right, b.fill_right);
}

bool same(const Binary& a, const Binary& b) {
  return a.op == b.op && a.returns_bool == b.returns_bool &&
         a.matching.has_value() == b.matching.has_value() &&
         (!a.matching || same(*a.matching, *b.matching)) && same(a.left, b.left) &&
         same(a.right, b.right);
}

bool same(const Aggregation& a, const Aggregation& b) {
  return a.op == b.op && a.without == b.without && a.grouping == b.grouping &&
         same(a.expr, b.expr) && same(a.parameter, b.parameter);
}

bool same(const Call& a, const Call& b) {
  return a.function == b.function && same(a.arguments, b.arguments);
}

bool same(const Paren& a, const Paren& b) { return same(a.expr, b.expr); }

}  // namespace

std::string_view documented(ValueType type) {
  switch (type) {
    case ValueType::Scalar:
      return "scalar";
    case ValueType::Vector:
      return "instant vector";
    case ValueType::Matrix:
      return "range vector";
    case ValueType::String:
      return "string";
    case ValueType::None:
      break;
  }
  return "none";
}

std::string_view to_string(Op op) {
  constexpr std::array<std::string_view, 18> kTexts = {"+",     "-",  "*",  "/",   "%",  "^",
                                                       "atan2", "</", ">/", "==",  "!=", "<",
                                                       "<=",    ">",  ">=", "and", "or", "unless"};
  return kTexts[static_cast<std::size_t>(op)];
}

std::string_view to_string(Aggregator aggregator) {
  constexpr std::array<std::string_view, 14> kTexts = {
      "avg", "bottomk", "count",    "count_values", "group",  "limitk", "limit_ratio",
      "max", "min",     "quantile", "stddev",       "stdvar", "sum",    "topk"};
  return kTexts[static_cast<std::size_t>(aggregator)];
}

bool takes_parameter(Aggregator aggregator) {
  switch (aggregator) {
    case Aggregator::Bottomk:
    case Aggregator::CountValues:
    case Aggregator::Limitk:
    case Aggregator::LimitRatio:
    case Aggregator::Quantile:
    case Aggregator::Topk:
      return true;
    default:
      return false;
  }
}

ValueType type_of(const Expr& expr) {
  return std::visit(Overloaded{
                        [](const NumberLiteral&) { return ValueType::Scalar; },
                        [](const StringLiteral&) { return ValueType::String; },
                        [](const DurationExpr&) { return ValueType::Scalar; },
                        [](const VectorSelector&) { return ValueType::Vector; },
                        [](const MatrixSelector&) { return ValueType::Matrix; },
                        [](const Subquery&) { return ValueType::Matrix; },
                        [](const Unary& unary) { return type_of(*unary.expr); },
                        [](const Binary& binary) {
                          const bool scalars = type_of(*binary.left) == ValueType::Scalar &&
                                               type_of(*binary.right) == ValueType::Scalar;
                          return scalars ? ValueType::Scalar : ValueType::Vector;
                        },
                        [](const Aggregation&) { return ValueType::Vector; },
                        [](const Call& call) { return call.function->returns; },
                        [](const Paren& paren) { return type_of(*paren.expr); },
                    },
                    expr.what);
}

const Expr& without_parentheses(const Expr& expr) {
  const Expr* inside = &expr;
  while (const auto* paren = inside->as<Paren>()) inside = paren->expr.get();
  return *inside;
}

void for_each_child(const Expr& expr, const std::function<void(const Expr&)>& visit) {
  const auto one = [&](const ExprPtr& child) {
    if (child != nullptr) visit(*child);
  };
  std::visit(Overloaded{
                 [](const NumberLiteral&) {},
                 [](const StringLiteral&) {},
                 [&](const DurationExpr& computed) {
                   one(computed.left);
                   one(computed.right);
                 },
                 [&](const VectorSelector& selector) { one(selector.modifiers.offset.expression); },
                 [&](const MatrixSelector& matrix) {
                   one(matrix.vector);
                   one(matrix.range.expression);
                 },
                 [&](const Subquery& subquery) {
                   one(subquery.expr);
                   one(subquery.range.expression);
                   one(subquery.step.expression);
                   one(subquery.modifiers.offset.expression);
                 },
                 [&](const Unary& unary) { one(unary.expr); },
                 [&](const Binary& binary) {
                   one(binary.left);
                   one(binary.right);
                 },
                 [&](const Aggregation& aggregation) {
                   one(aggregation.parameter);
                   one(aggregation.expr);
                 },
                 [&](const Call& call) {
                   for (const ExprPtr& argument : call.arguments) one(argument);
                 },
                 [&](const Paren& paren) { one(paren.expr); },
             },
             expr.what);
}

bool equal(const Expr& a, const Expr& b) {
  return a.what.index() == b.what.index() &&
         std::visit(
             [&](const auto& what) {
               return same(what, std::get<std::decay_t<decltype(what)>>(b.what));
             },
             a.what);
}

}  // namespace tocsin::query
