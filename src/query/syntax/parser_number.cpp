// The values of number and duration literals.
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"
#include "query/syntax/characters.h"
#include "query/syntax/parser.h"
#include "query/syntax/words.h"

namespace tocsin::query {
namespace {

/// Why a text of digits and letters is no duration, as Prometheus says it.
std::string duration_problem(std::string_view text) {
  constexpr std::string_view kUnits[] = {"y", "w", "d", "h", "m", "s", "ms"};
  std::string refused = fmt::format("not a valid duration string: {}", quote(text));
  std::size_t next_unit = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    constexpr std::size_t kMostDigits = 20;  // of 64 bits
    if (digits == 0 || digits > kMostDigits) return refused;
    rest.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < rest.size() && !is_digit(rest[letters])) ++letters;
    const std::string_view name = rest.substr(0, letters);
    rest.remove_prefix(letters);
    std::size_t unit = 0;
    while (unit < std::size(kUnits) && kUnits[unit] != name) ++unit;
    if (unit == std::size(kUnits) && !name.empty()) {
      return fmt::format("unknown unit {} in duration {}", quote(name), quote(text));
    }
    if (unit < next_unit || name.empty()) return refused;
    next_unit = unit + 1;
  }
  return "duration out of range";
}

}  // namespace

ExprPtr Parser::number() {
  const Token token = take();
  const bool is_duration = token.kind == TokenKind::Duration;
  const double value = is_duration ? duration_value(token) : number_value(token);
  return finish(token.span, NumberLiteral{value, is_duration});
}

double Parser::number_value(const Token& token) {
  if (equals_word(token.text, "inf")) return std::numeric_limits<double>::infinity();
  if (equals_word(token.text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  std::int64_t integer = 0;
  double value = 0;
  if (parse_integer(token.text, false, integer) == IntegerError::None) {
    return static_cast<double>(integer);
  }
  if (parse_float(token.text, false, value)) return value;
  problem(token.span,
          fmt::format("error parsing number: strconv.ParseFloat: parsing {}: {}", quote(token.text),
                      std::isinf(value) ? "value out of range" : "invalid syntax"));
  return 0;
}

double Parser::duration_value(const Token& token) {
  try {
    return std::chrono::duration<double>(parse_duration(token.text)).count();
  } catch (const Error&) {
    problem(token.span, duration_problem(token.text));
    return 0;
  }
}

}  // namespace tocsin::query
