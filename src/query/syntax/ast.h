// The tree of a PromQL expression. Every node knows where it stands in the text.
//
// Source of the language: Prometheus 3.x, promql/parser.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/matcher.h"
#include "model/time.h"

namespace tocsin::query {

struct Function;  // in query/syntax/functions.h
struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// Bytes of the text: from the first one up to, not including, `end`.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

enum class ValueType { None, Scalar, Vector, Matrix, String };

/// "scalar", "instant vector", "range vector", "string", "none": as messages name them.
std::string_view documented(ValueType type);

enum class Op {
  Add,
  Sub,
  Mul,
  Div,
  Mod,
  Pow,
  Atan2,
  TrimUpper,  ///< </ and >/ cut native histograms
  TrimLower,
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  And,
  Or,
  Unless
};
/// As it is written: "+", "atan2", "==", "unless".
std::string_view to_string(Op op);
constexpr bool is_comparison(Op op) { return op >= Op::Equal && op <= Op::GreaterOrEqual; }
constexpr bool is_set_operator(Op op) { return op >= Op::And; }

enum class Aggregator {
  Avg,
  Bottomk,
  Count,
  CountValues,
  Group,
  Limitk,
  LimitRatio,
  Max,
  Min,
  Quantile,
  Stddev,
  Stdvar,
  Sum,
  Topk
};
/// "sum", "count_values" …
std::string_view to_string(Aggregator aggregator);
/// Whether it takes a parameter before the vector.
bool takes_parameter(Aggregator aggregator);

struct NumberLiteral {
  double value = 0;
  bool is_duration = false;  ///< was written 5m, not 300
};

struct StringLiteral {
  std::string value;
};

/// A computed duration, in brackets or after `offset` (experimental). Seconds.
struct DurationExpr {
  enum class Kind { Add, Sub, Mul, Div, Mod, Pow, Step, Range, MinOf, MaxOf };
  Kind kind = Kind::Add;
  ExprPtr left;          ///< null for a sign, step() and range()
  ExprPtr right;         ///< null for step() and range()
  bool wrapped = false;  ///< stands in parentheses
};

/// A length of time as written: a literal, or an expression for when it is evaluated.
struct Length {
  Duration literal{0};
  ExprPtr expression;  ///< null: the literal holds. Otherwise a DurationExpr.
};

enum class AtKind { None, Timestamp, Start, End };

/// What stands behind a selector or subquery: offset and @.
struct Modifiers {
  Length offset;  ///< may be negative
  AtKind at_kind = AtKind::None;
  Timestamp at{};  ///< for AtKind::Timestamp
};

struct VectorSelector {
  std::string name;  ///< that stood outside of the braces, or empty
  /// As written; the metric name that stood outside of the braces is the last one.
  Matchers matchers;
  Modifiers modifiers;
  bool anchored = false;
  bool smoothed = false;
  /// The second argument of info(): it may be without a matcher that excludes the empty text.
  bool may_select_all = false;
};

struct MatrixSelector {
  ExprPtr vector;  ///< a VectorSelector, which holds the modifiers
  Length range;
};

struct Subquery {
  ExprPtr expr;
  Length range;
  Length step;  ///< 0: the default
  Modifiers modifiers;
};

struct Unary {
  bool negative = false;
  ExprPtr expr;
};

enum class Cardinality { OneToOne, ManyToOne, OneToMany, ManyToMany };

struct Matching {
  Cardinality cardinality = Cardinality::OneToOne;
  bool on = false;                   ///< on(…); otherwise ignoring(…), perhaps of nothing
  std::vector<std::string> labels;   ///< of on or ignoring
  std::vector<std::string> include;  ///< of group_left or group_right
  /// What stands for a sample that the side lacks: fill, fill_left, fill_right (experimental).
  std::optional<double> fill_left, fill_right;
};

struct Binary {
  Op op = Op::Add;
  ExprPtr left, right;
  bool returns_bool = false;
  /// Empty unless both sides are vectors (once the types have been checked).
  std::optional<Matching> matching;
};

struct Aggregation {
  Aggregator op = Aggregator::Sum;
  ExprPtr expr;
  ExprPtr parameter;  ///< null for those without
  std::vector<std::string> grouping;
  bool without = false;
};

struct Call {
  const Function* function = nullptr;
  std::vector<ExprPtr> arguments;
};

struct Paren {
  ExprPtr expr;
};

struct Expr {
  Span span;
  std::uint32_t depth = 1;  ///< levels of the tree, itself counted
  std::variant<NumberLiteral, StringLiteral, DurationExpr, VectorSelector, MatrixSelector, Subquery,
               Unary, Binary, Aggregation, Call, Paren>
      what;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&what);
  }
  template <typename T>
  T* as() {
    return std::get_if<T>(&what);
  }
};

template <typename T>
ExprPtr make_expr(Span span, T what) {
  return std::make_unique<Expr>(Expr{span, 1, std::move(what)});
}

ValueType type_of(const Expr& expr);
/// The expression without the parentheses around it.
const Expr& without_parentheses(const Expr& expr);
/// Visits the expressions directly below, computed durations among them, in the order of the text.
void for_each_child(const Expr& expr, const std::function<void(const Expr&)>& visit);
/// Same expression, wherever it stands and whatever the order of its matchers is.
bool equal(const Expr& a, const Expr& b);

}  // namespace tocsin::query
