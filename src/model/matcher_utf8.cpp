// The grammar of matchers with UTF-8 names: name and value are bare words or Go string literals.
// Source: alertmanager matchers/parse.
#include <charconv>

#include <fmt/format.h>

#include "model/error.h"
#include "model/matcher_grammar.h"
#include "model/text.h"

namespace tocsin {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : whole_(text), rest_(text) {}

  Matchers list() {
    Matchers matchers;
    skip_space();
    const bool braces = accept('{');
    while (!at_end(braces)) {
      matchers.push_back(matcher());
      skip_space();
      if (!accept(',')) break;
      skip_space();
    }
    skip_space();
    if (braces && !accept('}')) refuse("expected close brace");
    skip_space();
    if (!rest_.empty())
      refuse(rest_.front() == '}' ? "expected opening brace" : "expected a comma");
    return matchers;
  }

 private:
  bool at_end(bool braces) {
    skip_space();
    return rest_.empty() || (braces && rest_.front() == '}');
  }

  Matcher matcher() {
    const std::string name = literal("expected label name");
    skip_space();
    const std::optional<MatchOp> op = take_operator(rest_);
    if (!op) refuse("expected an operator such as '=', '!=', '=~' or '!~'");
    skip_space();
    return {name, *op, literal("expected label value")};
  }

  std::string literal(const char* expected) {
    skip_space();
    if (rest_.starts_with('"')) return quoted();
    constexpr std::string_view kReserved = "{}!=~,\\\"'`";
    std::size_t length = 0;
    while (length < rest_.size() && kReserved.find(rest_[length]) == std::string_view::npos &&
           leading_space(rest_.substr(length)) == 0) {
      ++length;
    }
    if (length == 0) refuse(expected);
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }

  std::string quoted() {
    std::string text;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\n') refuse("unexpected line break in quotes");
      if (c == '\\') {
        escape(text);
      } else {
        text += c;
      }
    }
    if (!accept('"')) refuse("missing end \"");
    if (!is_utf8(text)) refuse("not valid UTF-8");  // \x can write anything
    return text;
  }

  /// What follows a backslash in a Go string literal.
  void escape(std::string& text) {
    if (rest_.empty()) refuse("missing end \"");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    constexpr std::string_view kNames = "abfnrtv\\\"";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
    if (const std::size_t at = kNames.find(c); at != std::string_view::npos) {
      text += kMeanings[at];
    } else if (c == 'x') {
      text += static_cast<char>(number(2, 16));
    } else if (c == 'u') {
      append_rune(text, number(4, 16));
    } else if (c == 'U') {
      append_rune(text, number(8, 16));
    } else if (c >= '0' && c <= '7') {
      rest_ = {rest_.data() - 1, rest_.size() + 1};
      const unsigned value = number(3, 8);
      if (value > 255) refuse("invalid escape");
      text += static_cast<char>(value);
    } else {
      refuse("invalid escape");
    }
  }

  unsigned number(std::size_t digits, int base) {
    unsigned value = 0;
    const std::string_view text = rest_.substr(0, digits);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.size() != digits || error != std::errc() || end != text.data() + digits) {
      refuse("invalid escape");
    }
    rest_.remove_prefix(digits);
    return value;
  }

  void append_rune(std::string& text, unsigned rune) {
    if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) refuse("invalid escape");
    const auto put = [&text](unsigned byte) { text += static_cast<char>(byte); };
    if (rune < 0x80) {
      put(rune);
    } else if (rune < 0x800) {
      put(0xC0 | rune >> 6);
      put(0x80 | (rune & 0x3F));
    } else if (rune < 0x10000) {
      put(0xE0 | rune >> 12);
      put(0x80 | (rune >> 6 & 0x3F));
      put(0x80 | (rune & 0x3F));
    } else {
      put(0xF0 | rune >> 18);
      put(0x80 | (rune >> 12 & 0x3F));
      put(0x80 | (rune >> 6 & 0x3F));
      put(0x80 | (rune & 0x3F));
    }
  }

  void skip_space() {
    while (const std::size_t length = leading_space(rest_)) rest_.remove_prefix(length);
  }
  bool accept(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[noreturn]] void refuse(std::string_view why) const {
    const std::size_t column = whole_.size() - rest_.size();
    throw Error(fmt::format("bad matchers {} at column {}: {}", quote(whole_), column + 1, why));
  }

  std::string_view whole_;
  std::string_view rest_;
};

}  // namespace

Matchers parse_utf8_list(std::string_view text) { return Parser(text).list(); }

}  // namespace tocsin
