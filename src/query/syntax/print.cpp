#include "query/syntax/print.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "model/text.h"
#include "query/syntax/characters.h"
#include "query/syntax/functions.h"
#include "query/syntax/words.h"

namespace tocsin::query {
namespace {

bool is_legacy_metric_name(std::string_view name) {
  const auto fits = [](char c) { return is_alphanumeric(c) || c == ':'; };
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), fits);
}

/// As by(…), on(…) and their like take it.
void put_grouped(std::string& out, const std::string& name) {
  Token token;
  token.kind = TokenKind::Identifier;
  token.text = name;
  recognize_keyword(token, false);
  out += is_legacy_metric_name(name) && may_be_label(token) ? name : quote(name);
}

void put_grouped(std::string& out, const std::vector<std::string>& names) {
  out += '(';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ", ";
    put_grouped(out, names[i]);
  }
  out += ')';
}

std::string as_text(const Matcher& matcher) {
  const std::string& name = matcher.name();
  return fmt::format("{}{}{}", is_legacy_label_name(name) ? name : quote(name),
                     to_string(matcher.op()), quote(matcher.value()));
}

/// Seconds as a duration where that is exact, else as a number of seconds.
std::string seconds(double value) {
  if (value == 0 && std::signbit(value)) return "-0s";
  const double milliseconds = std::round(value * 1000);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::abs(milliseconds) < kExact && milliseconds / 1000 == value) {
    return format_duration(Duration(static_cast<std::int64_t>(milliseconds)));
  }
  return format_number(value);
}

std::string_view extension(const VectorSelector& selector) {
  return selector.anchored ? " anchored" : selector.smoothed ? " smoothed" : "";
}

class Printer {
 public:
  explicit Printer(std::string& out, Places* places = nullptr) : out_(out), places_(places) {}

  void put(const Expr& expr) {
    const std::size_t begin = out_.size();
    std::visit([this](const auto& what) { put(what); }, expr.what);
    if (places_ != nullptr) places_->insert({&expr, {begin, out_.size()}});
  }

 private:
  void put(const ExprPtr& expr) { put(*expr); }
  void put(const NumberLiteral& literal) {
    out_ += literal.is_duration ? seconds(literal.value) : format_number(literal.value);
  }
  void put(const StringLiteral& literal) { out_ += quote(literal.value); }
  void put(const DurationExpr& computed);
  void put_base(const Expr& left, bool of_power);
  void put_pair(std::string_view name, const DurationExpr& computed);
  void put(const Length& length);
  void put_at(const Modifiers& modifiers);
  void put_offset(const Modifiers& modifiers);
  void put_series(const VectorSelector& selector);
  void put(const VectorSelector& selector);
  void put(const MatrixSelector& matrix);
  void put(const Subquery& subquery);
  void put(const Unary& unary);
  void put(const Binary& binary);
  void put(const Aggregation& aggregation);
  void put(const Call& call);
  void put(const Paren& paren);

  std::string& out_;
  Places* places_;
};

void Printer::put(const DurationExpr& computed) {
  using Kind = DurationExpr::Kind;
  if (computed.wrapped) out_ += '(';
  switch (computed.kind) {
    case Kind::Step:
      out_ += "step()";
      break;
    case Kind::Range:
      out_ += "range()";
      break;
    case Kind::MinOf:
      put_pair("min_of", computed);
      break;
    case Kind::MaxOf:
      put_pair("max_of", computed);
      break;
    default: {
      constexpr std::string_view kOps = "+-*/%^";
      if (computed.left) put_base(*computed.left, computed.kind == Kind::Pow);
      if (computed.left) out_ += ' ';
      out_ += kOps[static_cast<std::size_t>(computed.kind)];
      if (computed.left) out_ += ' ';
      put(computed.right);
    }
  }
  if (computed.wrapped) out_ += ')';
}

void Printer::put_pair(std::string_view name, const DurationExpr& computed) {
  out_ += name;
  out_ += '(';
  put(computed.left);
  out_ += ", ";
  put(computed.right);
  out_ += ')';
}

void Printer::put(const Length& length) {
  if (length.expression) {
    put(length.expression);
  } else {
    out_ += format_duration(length.literal);
  }
}

void Printer::put_at(const Modifiers& modifiers) {
  switch (modifiers.at_kind) {
    case AtKind::None:
      break;
    case AtKind::Start:
      out_ += " @ start()";
      break;
    case AtKind::End:
      out_ += " @ end()";
      break;
    case AtKind::Timestamp: {
      const std::int64_t milliseconds = modifiers.at.time_since_epoch().count();
      const std::int64_t whole = std::abs(milliseconds);
      out_ += fmt::format(" @ {}{}.{:03}", milliseconds < 0 ? "-" : "", whole / 1000, whole % 1000);
    }
  }
}

void Printer::put_offset(const Modifiers& modifiers) {
  if (!modifiers.offset.expression && modifiers.offset.literal == Duration{0}) return;
  out_ += " offset ";
  put(modifiers.offset);
}

void Printer::put_series(const VectorSelector& selector) {
  std::vector<std::string> matchers;
  const std::size_t named = selector.name.empty() ? 0 : 1;  // the last matcher is the name's
  for (std::size_t i = 0; i + named < selector.matchers.size(); ++i) {
    matchers.push_back(as_text(selector.matchers[i]));
  }
  std::sort(matchers.begin(), matchers.end());
  out_ += selector.name;
  if (matchers.empty() && named > 0) return;
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    out_ += i == 0 ? '{' : ',';
    out_ += matchers[i];
  }
  out_ += matchers.empty() ? "{}" : "}";
}

void Printer::put(const VectorSelector& selector) {
  put_series(selector);
  put_at(selector.modifiers);
  out_ += extension(selector);
  put_offset(selector.modifiers);
}

void Printer::put(const MatrixSelector& matrix) {
  const auto& selector = *matrix.vector->as<VectorSelector>();
  put_series(selector);
  out_ += '[';
  put(matrix.range);
  out_ += ']';
  out_ += extension(selector);
  put_at(selector.modifiers);
  put_offset(selector.modifiers);
}

void Printer::put(const Subquery& subquery) {
  put(subquery.expr);
  out_ += '[';
  put(subquery.range);
  out_ += ':';
  if (subquery.step.expression || subquery.step.literal != Duration{0}) put(subquery.step);
  out_ += ']';
  put_at(subquery.modifiers);
  put_offset(subquery.modifiers);
}

void Printer::put(const Unary& unary) {
  out_ += unary.negative ? '-' : '+';
  put(unary.expr);
}

/// A literal with a sign is one only where no ^ follows: -2 ^ 2 is -(2 ^ 2). In durations, whose
/// literals lose their parentheses, it gets them back; elsewhere only +Inf has a sign to lose.
void Printer::put_base(const Expr& left, bool of_power) {
  const auto* literal = left.as<NumberLiteral>();
  if (!of_power || literal == nullptr) return put(left);
  if (std::signbit(literal->value)) {
    out_ += '(';
    put(left);
    out_ += ')';
  } else if (std::isinf(literal->value)) {
    out_ += "Inf";
  } else {
    put(left);
  }
}

void Printer::put(const Binary& binary) {
  put_base(*binary.left, binary.op == Op::Pow);
  out_ += ' ';
  out_ += to_string(binary.op);
  out_ += print_matching(binary);
  out_ += ' ';
  put(binary.right);
}

void Printer::put(const Aggregation& aggregation) {
  out_ += print_aggregator(aggregation);
  out_ += '(';
  if (aggregation.parameter) {
    put(aggregation.parameter);
    out_ += ", ";
  }
  put(aggregation.expr);
  out_ += ')';
}

void Printer::put(const Call& call) {
  out_ += call.function->name;
  out_ += '(';
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    if (i > 0) out_ += ", ";
    put(call.arguments[i]);
  }
  out_ += ')';
}

void Printer::put(const Paren& paren) {
  out_ += '(';
  put(paren.expr);
  out_ += ')';
}

}  // namespace

std::string format_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  // The fewest digits that tell the number from its neighbours; to_chars() without an exponent
  // writes all digits of large ones.
  char text[32];
  const auto end =
      std::to_chars(text, std::end(text), std::abs(value), std::chars_format::scientific);
  const std::string_view all(text, static_cast<std::size_t>(end.ptr - text));
  const std::size_t mark = all.find('e');
  std::string digits(1, all.front());
  if (mark > 2) digits += all.substr(2, mark - 2);
  int exponent = 0;
  const std::size_t sign = all[mark + 1] == '+' ? 1 : 0;
  std::from_chars(text + mark + 1 + sign, end.ptr, exponent);
  std::string out = std::signbit(value) ? "-" : "";
  const int point = exponent + 1;  // how many digits stand before it
  if (point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const auto before = static_cast<std::size_t>(point);
  if (digits.size() <= before) return out + digits + std::string(before - digits.size(), '0');
  return out + digits.substr(0, before) + '.' + digits.substr(before);
}

std::string print_aggregator(const Aggregation& aggregation) {
  std::string out(to_string(aggregation.op));
  if (!aggregation.without && aggregation.grouping.empty()) return out;
  out += aggregation.without ? " without " : " by ";
  put_grouped(out, aggregation.grouping);
  return out + ' ';
}

std::string print_matching(const Binary& binary) {
  std::string out = binary.returns_bool ? " bool" : "";
  if (!binary.matching) return out;
  const Matching& matching = *binary.matching;
  const bool grouped = matching.cardinality == Cardinality::ManyToOne ||
                       matching.cardinality == Cardinality::OneToMany;
  if (matching.on || grouped || !matching.labels.empty()) {
    out += matching.on ? " on " : " ignoring ";
    put_grouped(out, matching.labels);
  }
  if (grouped) {
    const bool left = matching.cardinality == Cardinality::ManyToOne;
    out += left ? " group_left " : " group_right ";
    put_grouped(out, matching.include);
  }
  if (matching.fill_left && matching.fill_left == matching.fill_right) {
    return out + fmt::format(" fill ({})", format_number(*matching.fill_left));
  }
  if (matching.fill_left) out += fmt::format(" fill_left ({})", format_number(*matching.fill_left));
  if (matching.fill_right) {
    out += fmt::format(" fill_right ({})", format_number(*matching.fill_right));
  }
  return out;
}

Printed print(const Expr& expr) {
  Printed printed;
  Printer(printed.line, &printed.places).put(expr);
  return printed;
}

std::string to_string(const Expr& expr) {
  std::string out;
  Printer(out).put(expr);
  return out;
}

}  // namespace tocsin::query
