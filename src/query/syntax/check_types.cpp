#include "query/syntax/check_types.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/overloaded.h"
#include "model/text.h"
#include "query/syntax/characters.h"
#include "query/syntax/functions.h"

namespace tocsin::query {
namespace {

class Checker {
 public:
  Checker(std::string_view text, std::vector<ParseError>& errors) : text_(text), errors_(errors) {}

  /// The type of the expression, as type_of() tells it too.
  ValueType check(Expr& expr) {
    return std::visit([&](auto& what) { return check(expr, what); }, expr.what);
  }

 private:
  ValueType check(Expr&, NumberLiteral&) { return ValueType::Scalar; }
  ValueType check(Expr&, StringLiteral&) { return ValueType::String; }
  ValueType check(Expr&, DurationExpr&) { return ValueType::Scalar; }
  ValueType check(Expr&, Paren& paren) { return check(*paren.expr); }
  ValueType check(Expr& expr, VectorSelector& selector);
  ValueType check(Expr& expr, MatrixSelector& matrix);
  ValueType check(Expr& expr, Subquery& subquery);
  ValueType check(Expr& expr, Unary& unary);
  ValueType check(Expr& expr, Binary& binary);
  ValueType check(Expr& expr, Aggregation& aggregation);
  ValueType check(Expr& expr, Call& call);

  void check_operator(const Binary& binary, bool of_scalars);
  void check_matching(const Expr& expr, Binary& binary, ValueType left, ValueType right);
  void check_count(const Expr& expr, const Call& call);
  void check_info(const Expr& expr, Call& call);
  void expect(Expr& expr, ValueType wanted, std::string_view context);
  Span place_of_operator(const Binary& binary) const;
  void problem(Span where, const std::string& message) { add_error(errors_, where, message); }

  std::string_view text_;
  std::vector<ParseError>& errors_;
};

void Checker::expect(Expr& expr, ValueType wanted, std::string_view context) {
  const ValueType type = check(expr);
  if (type == wanted) return;
  problem(expr.span, fmt::format("expected type {} in {}, got {}", documented(wanted), context,
                                 documented(type)));
}

ValueType Checker::check(Expr& expr, VectorSelector& selector) {
  if (!selector.name.empty()) {
    for (std::size_t i = 0; i + 1 < selector.matchers.size(); ++i) {
      if (selector.matchers[i].name() != kMetricName) continue;
      problem(expr.span, fmt::format("metric name must not be set twice: {} or {}",
                                     quote(selector.name), quote(selector.matchers[i].value())));
    }
    return ValueType::Vector;
  }
  const bool excludes_something =
      std::any_of(selector.matchers.begin(), selector.matchers.end(),
                  [](const Matcher& matcher) { return !matcher.matches(""); });
  if (!excludes_something && !selector.may_select_all) {
    problem(expr.span, "vector selector must contain at least one non-empty matcher");
  }
  return ValueType::Vector;
}

ValueType Checker::check(Expr&, MatrixSelector& matrix) {
  check(*matrix.vector);
  return ValueType::Matrix;
}

ValueType Checker::check(Expr& expr, Subquery& subquery) {
  const ValueType type = check(*subquery.expr);
  if (type != ValueType::Vector) {
    constexpr std::array<std::string_view, 5> kShort = {"none", "scalar", "vector", "matrix",
                                                        "string"};
    problem(expr.span, fmt::format("subquery is only allowed on instant vector, got {} instead",
                                   kShort[static_cast<std::size_t>(type)]));
  }
  return ValueType::Matrix;
}

ValueType Checker::check(Expr& expr, Unary& unary) {
  const ValueType type = check(*unary.expr);
  if (type == ValueType::Scalar || type == ValueType::Vector) return type;
  problem(expr.span, fmt::format("unary expression only allowed on expressions of type scalar or "
                                 "instant vector, got {}",
                                 quote(documented(type))));
  return type;
}

ValueType Checker::check(Expr& expr, Binary& binary) {
  const ValueType left = check(*binary.left);
  const ValueType right = check(*binary.right);
  const bool of_scalars = left == ValueType::Scalar && right == ValueType::Scalar;
  check_operator(binary, of_scalars);
  if (is_set_operator(binary.op) && binary.matching->cardinality == Cardinality::OneToOne) {
    binary.matching->cardinality = Cardinality::ManyToMany;
  }
  for (const std::string& label : binary.matching->labels) {
    const auto& include = binary.matching->include;
    if (binary.matching->on && std::find(include.begin(), include.end(), label) != include.end()) {
      problem(place_of_operator(binary),
              fmt::format("label {} must not occur in ON and GROUP clause at once", quote(label)));
    }
  }
  for (const auto& [type, side] :
       {std::pair{left, &binary.left}, std::pair{right, &binary.right}}) {
    if (type == ValueType::Scalar || type == ValueType::Vector) continue;
    problem((*side)->span, "binary expression must contain only scalar and instant vector types");
  }
  check_matching(expr, binary, left, right);
  return of_scalars ? ValueType::Scalar : ValueType::Vector;
}

void Checker::check_operator(const Binary& binary, bool of_scalars) {
  if (binary.returns_bool && !is_comparison(binary.op)) {
    problem(place_of_operator(binary), "bool modifier can only be used on comparison operators");
  }
  if (is_comparison(binary.op) && !binary.returns_bool && of_scalars) {
    problem(place_of_operator(binary), "comparisons between scalars must use BOOL modifier");
  }
}

void Checker::check_matching(const Expr& expr, Binary& binary, ValueType left, ValueType right) {
  const Matching& matching = *binary.matching;
  const bool has_fill = matching.fill_left || matching.fill_right;
  const bool is_set = is_set_operator(binary.op);
  if (left != ValueType::Vector || right != ValueType::Vector) {
    if (!matching.labels.empty()) {
      problem(expr.span, "vector matching only allowed between instant vectors");
    }
    if (has_fill) {
      problem(expr.span, "filling in missing series only allowed between instant vectors");
    }
    binary.matching.reset();
  } else if (is_set) {
    if (matching.cardinality != Cardinality::ManyToMany) {
      problem(expr.span,
              fmt::format("no grouping allowed for {} operation", quote(to_string(binary.op))));
    }
    if (has_fill) problem(expr.span, "filling in missing series not allowed for set operators");
  }
  if (is_set && (left == ValueType::Scalar || right == ValueType::Scalar)) {
    problem(expr.span, fmt::format("set operator {} not allowed in binary scalar expression",
                                   quote(to_string(binary.op))));
  }
}

Span Checker::place_of_operator(const Binary& binary) const {
  Span span{binary.left->span.end, binary.right->span.begin};
  while (span.begin < span.end && is_blank(text_[span.begin])) ++span.begin;
  while (span.end > span.begin && is_blank(text_[span.end - 1])) --span.end;
  return span;
}

ValueType Checker::check(Expr&, Aggregation& aggregation) {
  expect(*aggregation.expr, ValueType::Vector, "aggregation expression");
  if (aggregation.parameter == nullptr) return ValueType::Vector;
  const bool is_text = aggregation.op == Aggregator::CountValues;
  expect(*aggregation.parameter, is_text ? ValueType::String : ValueType::Scalar,
         "aggregation parameter");
  return ValueType::Vector;
}

void Checker::check_count(const Expr& expr, const Call& call) {
  const Function& function = *call.function;
  const std::size_t given = call.arguments.size();
  const std::size_t listed = function.arguments.size();
  const auto complain = [&](std::string_view how, std::size_t wanted) {
    problem(expr.span, fmt::format("expected {}{} argument(s) in call to {}, got {}", how, wanted,
                                   quote(function.name), given));
  };
  if (function.variadic == 0) {
    if (given != listed) complain("", listed);
    return;
  }
  const std::size_t least = listed - 1;
  if (given < least) {
    complain("at least ", least);
  } else if (function.variadic > 0) {
    const std::size_t most = least + static_cast<std::size_t>(function.variadic);
    if (given > most) complain("at most ", most);
  }
}

/// The second argument of info() is a selector of labels, which is never evaluated.
void Checker::check_info(const Expr& expr, Call& call) {
  Expr& selection = *call.arguments[1];
  if (const ValueType type = type_of(selection); type != ValueType::Vector) {
    problem(expr.span, fmt::format("expected type {} in call to function {}, got {}",
                                   documented(ValueType::Vector), quote(call.function->name),
                                   documented(type)));
  }
  auto* selector = selection.as<VectorSelector>();
  if (selector == nullptr) {
    problem(selection.span, "expected label selectors only");
  } else if (!selector->name.empty()) {
    problem(selection.span, "expected label selectors only, got vector selector instead");
  } else {
    selector->may_select_all = true;
  }
}

ValueType Checker::check(Expr& expr, Call& call) {
  const Function& function = *call.function;
  check_count(expr, call);
  if (function.id == FunctionId::Info && call.arguments.size() > 1) check_info(expr, call);
  const std::string context = fmt::format("call to function {}", quote(function.name));
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    if (i >= function.arguments.size() && function.variadic == 0) break;
    const std::size_t kind = std::min(i, function.arguments.size() - 1);
    expect(*call.arguments[i], function.arguments[kind], context);
  }
  return function.returns;
}

}  // namespace

void check_types(Expr& expr, std::string_view text, std::vector<ParseError>& errors) {
  Checker(text, errors).check(expr);
}

}  // namespace tocsin::query
