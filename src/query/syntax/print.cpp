#include "query/syntax/print.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "model/overloaded.h"
#include "model/text.h"
#include "query/syntax/functions.h"

namespace tocsin::query {
namespace {

std::string label_name(const std::string& name) {
  return is_legacy_label_name(name) ? name : quote(name);
}

std::string joined_labels(const std::vector<std::string>& labels) {
  std::string out;
  for (const std::string& label : labels) out += (out.empty() ? "" : ", ") + label_name(label);
  return out;
}

/// Seconds as a duration where that is exact, else as a number of seconds.
std::string seconds(double value) {
  const double milliseconds = std::round(value * 1000);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::abs(milliseconds) < kExact && milliseconds / 1000 == value) {
    return format_duration(Duration(static_cast<std::int64_t>(milliseconds)));
  }
  return format_number(value);
}

std::string print(const NumberLiteral& literal) {
  return literal.is_duration ? seconds(literal.value) : format_number(literal.value);
}

std::string print(const StringLiteral& literal) { return quote(literal.value); }

std::string print(const DurationExpr& computed) {
  using Kind = DurationExpr::Kind;
  const auto side = [](const ExprPtr& expr) { return expr ? to_string(*expr) : std::string(); };
  const std::string left = side(computed.left);
  const std::string right = side(computed.right);
  std::string text;
  switch (computed.kind) {
    case Kind::Step:
      return computed.wrapped ? "(step())" : "step()";
    case Kind::Range:
      return computed.wrapped ? "(range())" : "range()";
    case Kind::MinOf:
    case Kind::MaxOf:
      text = fmt::format("{}({}, {})", computed.kind == Kind::MinOf ? "min_of" : "max_of", left,
                         right);
      break;
    default: {
      constexpr std::string_view kOps = "+-*/%^";
      const char op = kOps[static_cast<std::size_t>(computed.kind)];
      text =
          computed.left ? fmt::format("{} {} {}", left, op, right) : fmt::format("{}{}", op, right);
    }
  }
  return computed.wrapped ? fmt::format("({})", text) : text;
}

std::string print(const Length& length) {
  return length.expression ? to_string(*length.expression) : format_duration(length.literal);
}

std::string print(const Modifiers& modifiers) {
  std::string out;
  switch (modifiers.at_kind) {
    case AtKind::None:
      break;
    case AtKind::Start:
      out += " @ start()";
      break;
    case AtKind::End:
      out += " @ end()";
      break;
    case AtKind::Timestamp: {
      const std::int64_t milliseconds = modifiers.at.time_since_epoch().count();
      const std::int64_t whole = std::abs(milliseconds);
      out += fmt::format(" @ {}{}.{:03}", milliseconds < 0 ? "-" : "", whole / 1000, whole % 1000);
    }
  }
  if (modifiers.offset.expression || modifiers.offset.literal != Duration{0}) {
    out += " offset " + print(modifiers.offset);
  }
  return out;
}

std::string print_series(const VectorSelector& selector) {
  std::string out = selector.name;
  std::string matchers;
  const std::size_t named = selector.name.empty() ? 0 : 1;  // the last matcher is the name's
  for (std::size_t i = 0; i + named < selector.matchers.size(); ++i) {
    const Matcher& matcher = selector.matchers[i];
    matchers += fmt::format("{}{}{}{}", matchers.empty() ? "" : ",", label_name(matcher.name()),
                            to_string(matcher.op()), quote(matcher.value()));
  }
  if (!matchers.empty() || out.empty()) out += fmt::format("{{{}}}", matchers);
  return out;
}

std::string extension(const VectorSelector& selector) {
  return selector.anchored ? " anchored" : selector.smoothed ? " smoothed" : "";
}

std::string print(const VectorSelector& selector) {
  return print_series(selector) + print(selector.modifiers) + extension(selector);
}

std::string print(const MatrixSelector& matrix) {
  const auto& selector = *matrix.vector->as<VectorSelector>();
  return fmt::format("{}[{}]{}{}", print_series(selector), print(matrix.range),
                     print(selector.modifiers), extension(selector));
}

std::string print(const Subquery& subquery) {
  const bool has_step = subquery.step.expression || subquery.step.literal != Duration{0};
  return fmt::format("{}[{}:{}]{}", to_string(*subquery.expr), print(subquery.range),
                     has_step ? print(subquery.step) : "", print(subquery.modifiers));
}

std::string print(const Unary& unary) {
  return fmt::format("{}{}", unary.negative ? '-' : '+', to_string(*unary.expr));
}

std::string print(const Binary& binary) {
  return fmt::format("{} {}{} {}", to_string(*binary.left), to_string(binary.op),
                     print_matching(binary), to_string(*binary.right));
}

std::string print(const Aggregation& aggregation) {
  return fmt::format("{}({}{}{})", print_aggregator(aggregation),
                     aggregation.parameter ? to_string(*aggregation.parameter) : "",
                     aggregation.parameter ? ", " : "", to_string(*aggregation.expr));
}

std::string print(const Call& call) {
  std::string arguments;
  for (const ExprPtr& argument : call.arguments) {
    arguments += (arguments.empty() ? "" : ", ") + to_string(*argument);
  }
  return fmt::format("{}({})", call.function->name, arguments);
}

std::string print(const Paren& paren) { return fmt::format("({})", to_string(*paren.expr)); }

}  // namespace

std::string format_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  constexpr std::size_t kLongest = 400;  // the smallest numbers have 324 zeros
  char text[kLongest + 1];
  constexpr double kAllDigitsCount = 9007199254740992.0;  // 2^53
  if (std::abs(value) < kAllDigitsCount) {
    const auto end = std::to_chars(text, text + kLongest, value, std::chars_format::fixed).ptr;
    return {text, end};
  }
  // Beyond that only the digits that tell it from its neighbours are written, then zeros.
  const auto end = std::to_chars(text, text + kLongest, value, std::chars_format::scientific).ptr;
  const std::string_view scientific(text, static_cast<std::size_t>(end - text));
  const std::size_t mark = scientific.find('e');
  std::string out(scientific.substr(0, mark));
  const std::size_t point = out.find('.');
  const std::size_t digits = point == std::string::npos ? 0 : out.size() - point - 1;
  if (point != std::string::npos) out.erase(point, 1);
  std::size_t exponent = 0;
  std::from_chars(scientific.data() + mark + 2, scientific.data() + scientific.size(), exponent);
  return out.append(exponent - digits, '0');
}

std::string print_aggregator(const Aggregation& aggregation) {
  std::string out(to_string(aggregation.op));
  if (aggregation.without) {
    out += fmt::format(" without ({}) ", joined_labels(aggregation.grouping));
  } else if (!aggregation.grouping.empty()) {
    out += fmt::format(" by ({}) ", joined_labels(aggregation.grouping));
  }
  return out;
}

std::string print_matching(const Binary& binary) {
  std::string out = binary.returns_bool ? " bool" : "";
  if (!binary.matching) return out;
  const Matching& matching = *binary.matching;
  const bool grouped = matching.cardinality == Cardinality::ManyToOne ||
                       matching.cardinality == Cardinality::OneToMany;
  if (matching.on || grouped || !matching.labels.empty()) {
    out += fmt::format(" {} ({})", matching.on ? "on" : "ignoring", joined_labels(matching.labels));
  }
  if (grouped) {
    const bool left = matching.cardinality == Cardinality::ManyToOne;
    out += fmt::format(" group_{} ({})", left ? "left" : "right", joined_labels(matching.include));
  }
  if (matching.fill_left && matching.fill_right && *matching.fill_left == *matching.fill_right) {
    return out + fmt::format(" fill ({})", format_number(*matching.fill_left));
  }
  if (matching.fill_left) out += fmt::format(" fill_left ({})", format_number(*matching.fill_left));
  if (matching.fill_right) {
    out += fmt::format(" fill_right ({})", format_number(*matching.fill_right));
  }
  return out;
}

std::string to_string(const Expr& expr) {
  return std::visit([](const auto& what) { return print(what); }, expr.what);
}

}  // namespace tocsin::query
