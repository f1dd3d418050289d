#include "check/analysis.h"

#include <algorithm>

#include <fmt/format.h>

#include "check/call_facts.h"
#include "check/finding.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "query/syntax/functions.h"
#include "query/syntax/print.h"

namespace tocsin::check {
namespace {

using query::Cardinality;
using query::Expr;
using query::ValueType;

bool is_vector(const Expr& expr) { return type_of(expr) == ValueType::Vector; }

class Analysis {
 public:
  explicit Analysis(const Report& report) : report_(report) {}

  Known of(const Expr& expr) {
    return std::visit(
        Overloaded{
            [](const query::NumberLiteral& number) {
              return Known{no_labels(), constant(number.value)};
            },
            [this, &expr](const query::VectorSelector& selector) {
              contradiction(expr, selector.matchers);
              return Known{selected(selector.matchers), {}};
            },
            [this](const query::MatrixSelector& matrix) { return of(*matrix.vector); },
            [this](const query::Subquery& subquery) { return of(*subquery.expr); },
            [this](const query::Unary& unary) { return of_unary(unary); },
            [this](const query::Paren& paren) { return of(*paren.expr); },
            [this](const query::Aggregation& each) { return of_aggregation(each); },
            [this](const query::Call& call) { return of_call(call); },
            [this, &expr](const query::Binary& each) { return of_binary(expr, each); },
            [](const auto&) {
              return Known{no_labels(), {}};
            },
        },
        expr.what);
  }

 private:
  Known of_unary(const query::Unary& unary) {
    Known known = of(*unary.expr);
    if (unary.negative) known.values = combine(query::Op::Mul, constant(-1), known.values);
    return known;
  }

  Known of_aggregation(const query::Aggregation& aggregation) {
    if (aggregation.parameter != nullptr) of(*aggregation.parameter);
    const Known inner = of(*aggregation.expr);
    return {aggregated_labels(aggregation, inner.labels), aggregated_values(aggregation, inner)};
  }

  Known of_call(const query::Call& call) {
    std::vector<Known> arguments;
    for (const query::ExprPtr& argument : call.arguments) arguments.push_back(of(*argument));
    return called(call, arguments);
  }

  Known of_binary(const Expr& expr, const query::Binary& binary) {
    const Known left = of(*binary.left);
    const Known right = of(*binary.right);
    const bool both = is_vector(*binary.left) && is_vector(*binary.right);
    const bool is_filled = both && (binary.matching->fill_left || binary.matching->fill_right);
    if (both && !is_filled) check_matching(expr, binary, left.labels, right.labels);
    if (is_comparison(binary.op) && !binary.returns_bool && !is_filled) {
      check_comparison(expr, binary, left.values, right.values);
    }
    Known result{both ? joined(binary, left.labels, right.labels)
                      : (is_vector(*binary.left) ? left.labels : right.labels),
                 values_of(binary, left.values, right.values)};
    if (is_filled) result = {LabelFacts{}, {}};
    return result;
  }

  static Interval values_of(const query::Binary& binary, const Interval& left,
                            const Interval& right) {
    if (binary.op == query::Op::Or) return hull(left, right);
    if (is_set_operator(binary.op)) return left;
    if (!is_comparison(binary.op)) {
      if (binary.op == query::Op::TrimUpper || binary.op == query::Op::TrimLower) return {};
      return combine(binary.op, left, right);
    }
    if (binary.returns_bool) return between(0, 1);
    return is_vector(*binary.left) ? filtered(binary.op, left, right)
                                   : filtered(mirrored(binary.op), right, left);
  }

  static LabelFacts joined(const query::Binary& binary, const LabelFacts& left,
                           const LabelFacts& right) {
    if (binary.op == query::Op::Or) return either(left, right);
    if (is_set_operator(binary.op)) return left;
    const query::Matching& matching = *binary.matching;
    if (matching.cardinality == Cardinality::OneToOne) {
      return matching.on ? only(left, matching.labels) : without(left, matching.labels);
    }
    const bool many_is_left = matching.cardinality == Cardinality::ManyToOne;
    LabelFacts result = many_is_left ? left : right;
    for (const std::string& label : matching.include) {
      result = with_copied(result, label, many_is_left ? right : left);
    }
    return result;
  }

  void contradiction(const Expr& expr, const Matchers& matchers) {
    for (const Matcher& matcher : matchers) {
      if (matcher.op() != MatchOp::Equal) continue;
      for (const Matcher& other : matchers) {
        if (other.name() != matcher.name() || other.matches(matcher.value())) continue;
        report_(kNeverReturns, expr.span.begin,
                fmt::format("no series has {} and {}; this selects nothing, remove one of them",
                            matcher.to_string(), other.to_string()));
        return;
      }
    }
  }

  void check_matching(const Expr& expr, const query::Binary& binary, const LabelFacts& left,
                      const LabelFacts& right) {
    if (binary.op == query::Op::Or) return;
    const std::string why = mismatch(*binary.matching, left, right);
    if (why.empty()) return;
    const std::string_view effect = binary.op == query::Op::Unless
                                        ? "so that \"unless\" takes nothing away"
                                        : "so that this returns nothing";
    report_(kNeverMatches, expr.span.begin,
            fmt::format("no series of the left side of \"{}\" matches one of the right side, {}: "
                        "{}; match on(…) other labels, or leave it out with ignoring(…)",
                        to_string(binary.op), effect, why));
  }

  static bool is_matched(const query::Matching& matching, const std::string& label) {
    const bool is_listed =
        std::find(matching.labels.begin(), matching.labels.end(), label) != matching.labels.end();
    return is_listed == matching.on;
  }

  /// Why no two series of both sides agree in the labels that are matched; or nothing.
  static std::string mismatch(const query::Matching& matching, const LabelFacts& left,
                              const LabelFacts& right) {
    for (const auto& [label, value] : left.fixed) {
      const auto other = right.fixed.find(label);
      if (other == right.fixed.end() || other->second == value || !is_matched(matching, label)) {
        continue;
      }
      return fmt::format("{} is {} on the left and {} on the right", label, quote(value),
                         quote(other->second));
    }
    for (const std::string& label : left.present) {
      if (is_matched(matching, label) && !right.may_have(label)) {
        return fmt::format("the left ones always have the label {}, the right ones never", label);
      }
    }
    for (const std::string& label : right.present) {
      if (is_matched(matching, label) && !left.may_have(label)) {
        return fmt::format("the right ones always have the label {}, the left ones never", label);
      }
    }
    return "";
  }

  void check_comparison(const Expr& expr, const query::Binary& binary, const Interval& left,
                        const Interval& right) {
    if (!never(binary.op, left, right)) return;
    report_(kNeverReturns, expr.span.begin,
            fmt::format("this comparison is never true, and returns nothing: what stands left of "
                        "\"{}\" is {}, what stands right of it is {}; correct it, or use absent() "
                        "to hear of series that do not exist",
                        to_string(binary.op), describe(left), describe(right)));
  }

  const Report& report_;
};

/// The parts that a part's series have their labels from.
std::vector<const Expr*> sources_of(const Expr& expr) {
  std::vector<const Expr*> sources;
  const auto* binary = expr.as<query::Binary>();
  if (binary != nullptr && binary->matching && binary->op != query::Op::Or) {
    const bool many_is_right = binary->matching->cardinality == Cardinality::OneToMany;
    return {many_is_right ? binary->right.get() : binary->left.get()};
  }
  query::for_each_child(expr, [&](const Expr& child) {
    const ValueType type = type_of(child);
    if (type == ValueType::Vector || type == ValueType::Matrix) sources.push_back(&child);
  });
  return sources;
}

}  // namespace

Known analyze(const Expr& expr, const Report& report) { return Analysis(report).of(expr); }

Known known_of(const Expr& expr) {
  const Report ignored = [](auto&&...) {};
  return analyze(expr, ignored);
}

const Expr& remover_of(const Expr& expr, const std::string& label) {
  for (const Expr* source : sources_of(expr)) {
    if (!known_of(*source).labels.may_have(label)) return remover_of(*source, label);
  }
  return expr;
}

}  // namespace tocsin::check
