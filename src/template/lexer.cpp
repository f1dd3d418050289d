#include "template/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "model/rune.h"
#include "model/text.h"

namespace tocsin::tmpl {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kSpaces = " \t\r\n";

constexpr std::array<std::pair<std::string_view, TokenKind>, 11> kKeywords = {{
    {"block", TokenKind::Block},
    {"break", TokenKind::Break},
    {"continue", TokenKind::Continue},
    {"define", TokenKind::Define},
    {"else", TokenKind::Else},
    {"end", TokenKind::End},
    {"if", TokenKind::If},
    {"nil", TokenKind::Nil},
    {"range", TokenKind::Range},
    {"template", TokenKind::Template},
    {"with", TokenKind::With},
}};

bool is_space(char c) { return kSpaces.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

TokenKind word_kind(std::string_view word) {
  for (const auto& [name, kind] : kKeywords) {
    if (name == word) return kind;
  }
  return word == "true" || word == "false" ? TokenKind::Bool : TokenKind::Identifier;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens run() && {
    while (!done_) outside();
    return std::move(result_);
  }

 private:
  bool starts_with(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool at_end() const { return at_ >= text_.size(); }
  /// "-" and a space: the marker at an action's start that trims the text before it.
  bool left_trim_at(std::size_t at) const {
    return at + 1 < text_.size() && text_[at] == '-' && is_space(text_[at + 1]);
  }
  /// A space, "-" and the right delimiter.
  bool right_trim() const {
    return is_space(peek()) && peek(1) == '-' && text_.substr(at_ + 2).starts_with(kRight);
  }

  void emit(TokenKind kind, std::size_t from) {
    result_.tokens.push_back(
        {kind, static_cast<std::uint32_t>(from), text_.substr(from, at_ - from)});
  }
  void fail(std::size_t from, std::string message) {
    result_.error = std::move(message);
    result_.tokens.push_back({TokenKind::Error, static_cast<std::uint32_t>(from), {}});
    done_ = true;
  }

  void outside();
  void action();
  void comment(std::size_t start);
  void close(bool trims);
  bool inside();
  bool operator_token();
  void quoted(TokenKind kind, char quote, std::string_view what);
  void raw_string();
  void word();
  void field_or_variable(TokenKind kind, TokenKind alone);
  void number();
  void skip_alphanumeric();
  bool at_terminator() const;

  std::string_view text_;
  std::size_t at_ = 0;
  int parentheses_ = 0;
  bool trim_next_ = false;  // the last action ended with a trim marker
  bool done_ = false;
  Tokens result_;
};

void Lexer::outside() {
  if (std::exchange(trim_next_, false)) {
    at_ = std::min(text_.find_first_not_of(kSpaces, at_), text_.size());
  }
  const std::size_t start = at_;
  const std::size_t action_at = std::min(text_.find(kLeft, at_), text_.size());
  std::size_t end = action_at;
  if (end < text_.size() && left_trim_at(end + kLeft.size())) {
    while (end > start && is_space(text_[end - 1])) --end;
  }
  at_ = end;
  if (end > start) emit(TokenKind::Text, start);
  at_ = action_at;
  if (at_end()) {
    emit(TokenKind::EndOfText, at_);
    done_ = true;
  } else {
    action();
  }
}

void Lexer::action() {
  const std::size_t start = at_;
  at_ += kLeft.size();
  const std::size_t marker = left_trim_at(at_) ? 2 : 0;
  if (text_.substr(at_ + marker).starts_with("/*")) {
    at_ += marker;
    comment(start);
    return;
  }
  emit(TokenKind::LeftDelimiter, start);
  at_ += marker;
  parentheses_ = 0;
  while (!done_ && inside()) {
  }
}

void Lexer::comment(std::size_t start) {
  const std::size_t end = text_.find("*/", at_ + 2);
  if (end == std::string_view::npos) return fail(start, "unclosed comment");
  at_ = end + 2;
  const bool trims = right_trim();
  if (!trims && !starts_with(kRight)) {
    return fail(start, "comment ends before closing delimiter");
  }
  at_ += kRight.size() + (trims ? 2 : 0);
  trim_next_ = trims;
}

void Lexer::close(bool trims) {
  if (trims) at_ += 2;
  const std::size_t start = at_;
  at_ += kRight.size();
  emit(TokenKind::RightDelimiter, start);
  trim_next_ = trims;
}

/// One token; false when the action is over.
bool Lexer::inside() {
  const bool trims = right_trim();
  if (trims || starts_with(kRight)) {
    if (parentheses_ > 0) {
      fail(at_, "unclosed left paren");
    } else {
      close(trims);
    }
    return false;
  }
  const std::size_t start = at_;
  const char c = peek();
  if (at_end()) {
    fail(start, "unclosed action");
  } else if (is_space(c)) {
    while (is_space(peek()) && !right_trim()) ++at_;
    emit(TokenKind::Space, start);
  } else if (c == '"') {
    quoted(TokenKind::String, '"', "unterminated quoted string");
  } else if (c == '\'') {
    quoted(TokenKind::CharacterConstant, '\'', "unterminated character constant");
  } else if (c == '`') {
    raw_string();
  } else if (c == '$') {
    field_or_variable(TokenKind::Variable, TokenKind::Variable);
  } else if (c == '.' && !is_digit(peek(1))) {
    field_or_variable(TokenKind::Field, TokenKind::Dot);
  } else if (c == '.' || c == '+' || c == '-' || is_digit(c)) {
    number();
  } else if (is_alphanumeric(decode_rune(text_.substr(at_)).code)) {
    word();
  } else if (!operator_token()) {
    fail(start, "unrecognized character in action: " +
                    describe_rune(decode_rune(text_.substr(start)).code));
  }
  return true;
}

bool Lexer::operator_token() {
  const std::size_t start = at_;
  const char c = peek();
  if (c <= ' ' || c > '~') return false;
  ++at_;
  if (c == '=') {
    emit(TokenKind::Assign, start);
  } else if (c == ':') {
    if (peek() != '=') {
      fail(start, "expected :=");
      return true;
    }
    ++at_;
    emit(TokenKind::Declare, start);
  } else if (c == '|') {
    emit(TokenKind::Pipe, start);
  } else if (c == '(') {
    ++parentheses_;
    emit(TokenKind::LeftParenthesis, start);
  } else if (c == ')') {
    if (--parentheses_ < 0) {
      fail(start, "unexpected right paren");
      return true;
    }
    emit(TokenKind::RightParenthesis, start);
  } else {
    emit(TokenKind::Character, start);
  }
  return true;
}

void Lexer::quoted(TokenKind kind, char quote, std::string_view what) {
  const std::size_t start = at_++;
  for (; !at_end() && peek() != '\n'; ++at_) {
    if (peek() == quote) {
      ++at_;
      return emit(kind, start);
    }
    if (peek() == '\\' && peek(1) != '\n') ++at_;
  }
  fail(start, std::string(what));
}

void Lexer::raw_string() {
  const std::size_t start = at_;
  const std::size_t end = text_.find('`', at_ + 1);
  if (end == std::string_view::npos) return fail(start, "unterminated raw quoted string");
  at_ = end + 1;
  emit(TokenKind::RawString, start);
}

void Lexer::skip_alphanumeric() {
  while (!at_end()) {
    const Rune rune = decode_rune(text_.substr(at_));
    if (!is_alphanumeric(rune.code)) return;
    at_ += rune.length;
  }
}

bool Lexer::at_terminator() const {
  return at_end() || is_space(peek()) || starts_with(kRight) ||
         std::string_view(".,|:)(").find(peek()) != std::string_view::npos;
}

void Lexer::word() {
  const std::size_t start = at_;
  skip_alphanumeric();
  if (!at_terminator()) {
    return fail(start, "bad character " + describe_rune(decode_rune(text_.substr(at_)).code));
  }
  emit(word_kind(text_.substr(start, at_ - start)), start);
}

void Lexer::field_or_variable(TokenKind kind, TokenKind alone) {
  const std::size_t start = at_++;
  if (at_terminator()) return emit(alone, start);
  skip_alphanumeric();
  if (!at_terminator()) {
    return fail(start, "bad character " + describe_rune(decode_rune(text_.substr(at_)).code));
  }
  emit(kind, start);
}

/// Takes more than Go's numbers; whether it is one is decided where its value is computed.
void Lexer::number() {
  const std::size_t start = at_;
  if (peek() == '+' || peek() == '-') ++at_;
  char previous = '\0';
  for (; !at_end(); previous = text_[at_++]) {
    const char c = peek();
    const bool exponent = previous == 'e' || previous == 'E' || previous == 'p' || previous == 'P';
    const bool sign = (c == '+' || c == '-') && exponent;
    if (!sign && c != '.' && !is_alphanumeric(static_cast<unsigned char>(c))) break;
  }
  if (!at_terminator()) {
    return fail(start,
                fmt::format("bad number syntax: {}", quote(text_.substr(start, at_ - start + 1))));
  }
  emit(TokenKind::Number, start);
}

}  // namespace

std::string Token::to_string() const {
  if (kind == TokenKind::EndOfText) return "EOF";
  if (kind >= TokenKind::Dot) return fmt::format("<{}>", text);
  constexpr std::size_t kShown = 10;
  if (text.size() <= kShown) return quote(text);
  std::size_t end = 0;
  for (std::size_t shown = 0; shown < kShown && end < text.size(); ++shown) {
    end += decode_rune(text.substr(end)).length;
  }
  return quote(text.substr(0, end)) + "...";
}

Tokens lex(std::string_view text) { return Lexer(text).run(); }

}  // namespace tocsin::tmpl
