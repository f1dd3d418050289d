#include "model/literal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/rune.h"

namespace tocsin {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

/// Exactly `digits` digits of the base, taken from the front of `rest`.
std::optional<std::uint32_t> take_digits(std::string_view& rest, std::size_t digits, int base) {
  if (rest.size() < digits) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = digit_value(rest[i]);
    if (digit >= base) return std::nullopt;
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
  }
  rest.remove_prefix(digits);
  return value;
}

std::optional<char> simple_escape(char c, char quote) {
  constexpr std::string_view kLetters = "abfnrtv\\";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
  if (c == quote) return c;
  const std::size_t at = kLetters.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return kValues[at];
}

bool append_code_point(std::string& out, std::string_view& rest, std::size_t digits) {
  const auto code = take_digits(rest, digits, 16);
  if (!code || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)) return false;
  append_rune(out, *code);
  return true;
}

/// One escape, after its backslash.
bool append_escape(std::string& out, std::string_view& rest, char quote) {
  if (rest.empty()) return false;
  const char c = rest.front();
  if (c >= '0' && c <= '7') {
    const auto byte = take_digits(rest, 3, 8);
    if (!byte || *byte > 255) return false;
    out += static_cast<char>(*byte);
    return true;
  }
  rest.remove_prefix(1);
  if (c == 'u') return append_code_point(out, rest, 4);
  if (c == 'U') return append_code_point(out, rest, 8);
  if (c == 'x') {
    const auto byte = take_digits(rest, 2, 16);
    if (byte) out += static_cast<char>(*byte);
    return byte.has_value();
  }
  const std::optional<char> simple = simple_escape(c, quote);
  if (simple) out += *simple;
  return simple.has_value();
}

std::optional<std::string> unquote_within(std::string_view inside, char quote) {
  std::string out;
  while (!inside.empty()) {
    const char c = inside.front();
    if (c == quote || c == '\n') return std::nullopt;
    inside.remove_prefix(1);
    if (c != '\\') {
      out += c;
    } else if (!append_escape(out, inside, quote)) {
      return std::nullopt;
    }
  }
  return out;
}

/// Underscores may stand between digits, or between a base prefix and digits.
std::optional<std::string> without_underscores(std::string_view digits, bool after_prefix) {
  std::string out;
  bool digit_before = after_prefix;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == '_') {
      if (!digit_before || i + 1 == digits.size()) return std::nullopt;
      digit_before = false;
    } else {
      out += digits[i];
      digit_before = true;
    }
  }
  return out;
}

struct Based {
  int base = 10;
  std::string_view digits;
};

Based split_base(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return {10, digits};
  const char mark = digits[1];
  if (mark == 'x' || mark == 'X') return {16, digits.substr(2)};
  if (mark == 'b' || mark == 'B') return {2, digits.substr(2)};
  if (mark == 'o' || mark == 'O') return {8, digits.substr(2)};
  return {8, digits.substr(1)};
}

}  // namespace

IntegerError parse_integer(std::string_view magnitude, bool negative, std::int64_t& out) {
  const Based based = split_base(magnitude);
  const auto digits = without_underscores(based.digits, based.base != 10);
  if (!digits || digits->empty()) return IntegerError::Syntax;
  std::uint64_t value = 0;
  const char* end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, value, based.base);
  if (stop != end) return IntegerError::Syntax;
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (error != std::errc() || value > kMax + (negative ? 1 : 0)) return IntegerError::Range;
  out = static_cast<std::int64_t>(negative ? ~value + 1 : value);
  return IntegerError::None;
}

namespace {

/// Of a number that is far from one, without underscores and base prefix.
bool is_below_one(std::string_view digits, bool hexadecimal) {
  const std::size_t mark = digits.find_first_of(hexadecimal ? "pP" : "eE");
  const std::string_view mantissa = digits.substr(0, mark);
  const std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return true;
  // How many digits the dot is behind the first one that counts; negative: how many before it.
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  double place = static_cast<double>(dot) - static_cast<double>(first);
  if (hexadecimal) place *= 4;
  if (mark == std::string_view::npos) return place <= 0;
  std::string_view exponent = digits.substr(mark + 1);
  const bool falls = exponent.starts_with('-');
  if (falls || exponent.starts_with('+')) exponent.remove_prefix(1);
  double size = 0;
  for (const char c : exponent) size = size * 10 + (c - '0');
  return place + (falls ? -size : size) <= 0;
}

}  // namespace

bool parse_float(std::string_view magnitude, bool negative, double& out) {
  const bool hexadecimal = magnitude.starts_with("0x") || magnitude.starts_with("0X");
  // Go wants an exponent in hexadecimal floats.
  if (hexadecimal && magnitude.find_first_of("pP") == std::string_view::npos) return false;
  const auto digits =
      without_underscores(hexadecimal ? magnitude.substr(2) : magnitude, hexadecimal);
  if (!digits || digits->empty()) return false;
  if (digit_value(digits->front()) > 15 && digits->front() != '.') return false;  // inf, nan
  const auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const char* end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, out, format);
  if (stop != end || error == std::errc::invalid_argument) return false;
  const bool is_out_of_range = error == std::errc::result_out_of_range;
  const bool is_tiny = is_out_of_range && is_below_one(*digits, hexadecimal);
  if (is_out_of_range) out = is_tiny ? 0.0 : std::numeric_limits<double>::infinity();
  if (negative) out = -out;
  return !is_out_of_range || is_tiny;
}

std::optional<std::string> unquote(std::string_view source) {
  const std::string_view inside = source.substr(1, source.size() - 2);
  if (source.front() != '`') return unquote_within(inside, source.front());
  std::string out;
  for (const char c : inside) {
    if (c != '\r') out += c;
  }
  return out;
}

std::optional<double> parse_sample_value(std::string_view text) {
  std::string_view number = text;
  // from_chars knows no plus sign, but "nan(…)" and "-nan", and leaves the value alone when it is
  // out of range.
  if (number.starts_with('+') && !number.starts_with("+-")) number.remove_prefix(1);
  double value = 0;
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, value);
  if (number.empty() || stop != end || number.ends_with(')')) return std::nullopt;
  if (std::isnan(value)) {
    if (number.size() != text.size() || number.starts_with('-')) return std::nullopt;
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (error == std::errc()) return value;
  if (error != std::errc::result_out_of_range) return std::nullopt;
  value = std::strtod(std::string(number).c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return value;  // too small to be anything but (nearly) zero
}

}  // namespace tocsin
