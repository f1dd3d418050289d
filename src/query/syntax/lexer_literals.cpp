// Numbers, durations and strings.
#include <fmt/format.h>

#include "model/rune.h"
#include "model/text.h"
#include "query/syntax/characters.h"
#include "query/syntax/lexer.h"

namespace tocsin::query {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr char32_t kNoRune = 0xFFFD;

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

}  // namespace

std::string Lexer::shown(std::size_t at) const {
  const Rune rune = at < text_.size() ? decode_rune(text_.substr(at)) : Rune{};
  if (rune.code == kNoRune) return "'\xEF\xBF\xBD'";
  if (rune.code == '"') return "'\"'";
  if (rune.code == '\'') return "'\\''";
  const std::string quoted = quote(text_.substr(at, rune.length));
  return fmt::format("'{}'", std::string_view(quoted).substr(1, quoted.size() - 2));
}

Token Lexer::number_or_duration() {
  if (scan_number()) return emit(TokenKind::Number);
  if (scan_duration()) return emit(TokenKind::Duration);
  return fail(
      fmt::format("bad number or duration syntax: {}", quote(text_.substr(start_, at_ - start_))));
}

/// Digits with at most one dot and one exponent; underscores between digits. Whether the value is
/// one is for the parser to say.
bool Lexer::scan_number() {
  const bool hexadecimal = accept("0") && accept("xX");
  const std::string_view digits = hexadecimal ? kHexDigits : kDigits;
  if (hexadecimal) accept("_");
  bool dot = false;
  bool exponent = false;
  while (!at_end()) {
    if (accept(digits)) continue;
    if (accept("_")) {
      if (accept("._eE") || at_end()) return false;
    } else if (accept(".")) {
      if (dot || hexadecimal || accept("_.")) return false;
      dot = true;
    } else if (!hexadecimal && accept("eE")) {
      if (exponent) return false;
      exponent = true;
      accept("+-");
      if (accept("._eE") || at_end()) return false;
    } else {
      break;
    }
  }
  return at_end() || !is_alphanumeric(peek());
}

/// Goes on behind the digits that scan_number() has read.
bool Lexer::scan_duration() {
  if (!accept("smhdwy")) return false;
  accept("s");  // of ms; parse_duration() refuses hs and ys
  while (accept(kDigits)) {
    while (accept(kDigits)) {
    }
    if (!accept("smhdw")) return false;
    accept("s");
  }
  if (at_end() || !is_alphanumeric(peek())) return true;
  ++at_;  // belongs to what the message shows
  return false;
}

Token Lexer::string(char delimiter) {
  ++at_;
  while (!at_end() && peek() != '\n') {
    const char c = peek();
    if (c == '\\') {
      ++at_;
      if (std::string wrong = scan_escape(delimiter); !wrong.empty()) return fail(std::move(wrong));
      continue;
    }
    const Rune rune = decode_rune(text_.substr(at_));
    if (rune.code == kNoRune) return fail("invalid UTF-8 rune");
    at_ += rune.length;
    if (c == delimiter) return emit(TokenKind::String);
  }
  return fail("unterminated quoted string");
}

Token Lexer::raw_string() {
  ++at_;
  while (!at_end()) {
    const Rune rune = decode_rune(text_.substr(at_));
    if (rune.code == kNoRune) return fail("invalid UTF-8 rune");
    at_ += rune.length;
    if (rune.code == '`') return emit(TokenKind::String);
  }
  return fail("unterminated raw string");
}

std::string Lexer::scan_escape(char delimiter) {
  constexpr std::string_view kNotTerminated = "escape sequence not terminated";
  if (at_end()) return std::string(kNotTerminated);
  const char c = peek();
  if (c == delimiter || std::string_view("abfnrtv\\").find(c) != std::string_view::npos) {
    ++at_;
    return "";
  }
  const bool octal = c >= '0' && c <= '7';
  const std::size_t count = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (count == 0) {
    return "unknown escape sequence " + describe_rune(decode_rune(text_.substr(at_)).code);
  }
  if (!octal) ++at_;
  const int base = octal ? 8 : 16;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (at_end()) return std::string(kNotTerminated);
    const int digit = digit_value(peek());
    if (digit >= base) {
      return fmt::format("illegal character {} in escape sequence",
                         describe_rune(decode_rune(text_.substr(at_)).code));
    }
    value = value * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
    ++at_;
  }
  const std::uint64_t largest = count <= 3 ? 255 : 0x10FFFF;
  if (value > largest || (value >= 0xD800 && value < 0xE000)) {
    return "escape sequence is an invalid Unicode code point";
  }
  return "";
}

}  // namespace tocsin::query
