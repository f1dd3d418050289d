#include "query/syntax/lexer.h"

#include <fmt/format.h>

#include "query/syntax/characters.h"
#include "query/syntax/words.h"

namespace tocsin::query {

Token Lexer::emit(TokenKind kind) {
  Token token;
  token.kind = kind;
  token.span = {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(at_)};
  token.text = text_.substr(start_, at_ - start_);
  start_ = at_;
  return token;
}

Token Lexer::emit(Op op) {
  Token token = emit(TokenKind::Operator);
  token.op = op;
  return token;
}

Token Lexer::fail(std::string message) {
  error_ = std::move(message);
  failed_ = true;
  Token token;
  token.kind = TokenKind::Error;
  token.span = {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(text_.size())};
  return token;
}

bool Lexer::accept(std::string_view any_of) {
  if (at_end() || any_of.find(peek()) == std::string_view::npos) return false;
  ++at_;
  return true;
}

void Lexer::skip_blanks() {
  while (!at_end() && is_blank(peek())) ++at_;
  start_ = at_;
}

bool Lexer::skip_comment() {
  if (at_end() || peek() != '#') return false;
  while (!at_end() && peek() != '\n' && peek() != '\r') ++at_;
  start_ = at_;
  return true;
}

Token Lexer::next() {
  if (failed_) {
    Token token;
    token.kind = TokenKind::Error;
    return token;
  }
  do {
    skip_blanks();
  } while (!duration_follows_ && skip_comment());
  if (in_braces_) return inside_braces();
  if (duration_follows_) return inside_brackets();
  return statement();
}

Token Lexer::statement() {
  if (at_end()) {
    if (parentheses_ != 0) return fail("unclosed left parenthesis");
    if (in_brackets_) return fail("unclosed left bracket");
    return emit(TokenKind::End);
  }
  const char c = peek();
  if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
    return number_or_duration();
  }
  if (c == '"' || c == '\'') return string(c);
  if (c == '`') return raw_string();
  if (c == ':' && in_brackets_) {
    if (colon_seen_) return fail("unexpected colon ':'");
    colon_seen_ = true;
    ++at_;
    return emit(TokenKind::Colon);
  }
  if (is_letter(c) && in_brackets_) {
    return duration_word(fmt::format("unexpected character: {}, expected ':'", shown(at_)));
  }
  if (is_letter(c) || c == ':') return word();
  return symbol(c);
}

Token Lexer::symbol(char c) {
  if (std::string_view("<>!=").find(c) != std::string_view::npos) return comparison(c);
  if (std::string_view("()[]{").find(c) != std::string_view::npos) return bracket_or_brace(c);
  ++at_;
  switch (c) {
    case ',':
      return emit(TokenKind::Comma);
    case '@':
      return emit(TokenKind::At);
    case '+':
      return emit(Op::Add);
    case '-':
      return emit(Op::Sub);
    case '*':
      return emit(Op::Mul);
    case '/':
      return emit(Op::Div);
    case '%':
      return emit(Op::Mod);
    case '^':
      return emit(Op::Pow);
    default:
      return fail(fmt::format("unexpected character: {}", shown(start_)));
  }
}

Token Lexer::comparison(char c) {
  ++at_;
  if (c == '<' || c == '>') {
    const bool less = c == '<';
    if (accept("=")) return emit(less ? Op::LessOrEqual : Op::GreaterOrEqual);
    if (accept("/")) return emit(less ? Op::TrimUpper : Op::TrimLower);
    return emit(less ? Op::Less : Op::Greater);
  }
  if (c == '!') {
    if (accept("=")) return emit(Op::NotEqual);
    return fail(fmt::format("unexpected character after '!': {}", shown(at_)));
  }
  if (accept("=")) return emit(Op::Equal);
  if (!at_end() && peek() == '~') return fail("unexpected character after '=': '~'");
  return emit(TokenKind::Assign);
}

Token Lexer::bracket_or_brace(char c) {
  ++at_;
  switch (c) {
    case '(':
      ++parentheses_;
      return emit(TokenKind::LeftParen);
    case ')': {
      const Token token = emit(TokenKind::RightParen);
      return --parentheses_ < 0 ? fail("unexpected right parenthesis ')'") : token;
    }
    case '{':
      in_braces_ = true;
      return emit(TokenKind::LeftBrace);
    case '[':
      if (in_brackets_) return fail("unexpected left bracket '['");
      in_brackets_ = duration_follows_ = true;
      colon_seen_ = duration_seen_ = false;
      return emit(TokenKind::LeftBracket);
    default:
      if (!in_brackets_) return fail("unexpected right bracket ']'");
      in_brackets_ = false;
      return emit(TokenKind::RightBracket);
  }
}

/// Up to the first number in brackets.
Token Lexer::inside_brackets() {
  if (at_end()) return fail("unexpected end of input in duration expression");
  const char c = peek();
  if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
    duration_seen_ = true;
    duration_follows_ = false;
    return number_or_duration();
  }
  const std::string message =
      fmt::format("unexpected character in duration expression: {}", shown(at_));
  if (is_letter(c)) return duration_word(message);
  if (c == ':') {
    ++at_;
    const Token token = emit(TokenKind::Colon);
    if (!duration_seen_) return fail("unexpected colon before duration in duration expression");
    if (colon_seen_) return fail("unexpected repeated colon in duration expression");
    colon_seen_ = true;
    return token;
  }
  if (c == ']') duration_follows_ = false;
  if (std::string_view("+-*/%^,()]").find(c) == std::string_view::npos) return fail(message);
  return symbol(c);
}

/// step, range, min_of or max_of.
Token Lexer::duration_word(std::string_view message) {
  while (!at_end() && is_letter(peek())) ++at_;
  const std::string_view word = text_.substr(start_, at_ - start_);
  if (equals_word(word, "step")) duration_seen_ = true;
  if (equals_word(word, "range")) duration_seen_ = true;
  if (equals_word(word, "step")) return emit(TokenKind::Step);
  if (equals_word(word, "range")) return emit(TokenKind::Range);
  if (equals_word(word, "min_of") || equals_word(word, "max_of")) {
    return emit(TokenKind::Identifier);
  }
  return fail(std::string(message));
}

Token Lexer::inside_braces() {
  if (at_end()) return fail("unexpected end of input inside braces");
  const char c = peek();
  if (is_letter(c)) {
    while (!at_end() && is_alphanumeric(peek())) ++at_;
    return emit(TokenKind::Identifier);
  }
  if (c == '"' || c == '\'') return string(c);
  if (c == '`') return raw_string();
  ++at_;
  switch (c) {
    case ',':
      return emit(TokenKind::Comma);
    case '=':
      return emit(accept("~") ? TokenKind::RegexMatch : TokenKind::Assign);
    case '!':
      if (accept("~")) return emit(TokenKind::RegexMismatch);
      if (accept("=")) return emit(Op::NotEqual);
      return fail(fmt::format("unexpected character after '!' inside braces: {}", shown(at_)));
    case '{':
      return fail("unexpected left brace '{'");
    case '}':
      in_braces_ = false;
      return emit(TokenKind::RightBrace);
    default:
      return fail(fmt::format("unexpected character inside braces: {}", shown(start_)));
  }
}

Token Lexer::word() {
  bool has_colon = false;
  while (!at_end() && (is_alphanumeric(peek()) || peek() == ':')) {
    has_colon = has_colon || peek() == ':';
    ++at_;
  }
  Token token = emit(has_colon ? TokenKind::MetricIdentifier : TokenKind::Identifier);
  if (has_colon) return token;
  std::size_t after = at_;
  while (after < text_.size() && is_blank(text_[after])) ++after;
  const bool is_called = after < text_.size() && text_[after] == '(';
  recognize_keyword(token, is_called);
  return token;
}

}  // namespace tocsin::query
