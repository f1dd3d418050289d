// The words of a PromQL expression, one after the other, without copying the text.
//
// Source: Prometheus 3.x, promql/parser/lex.go: what is a word depends on the brackets around it,
// and messages are the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/syntax/ast.h"

namespace tocsin::query {

enum class TokenKind : std::uint8_t {
  End,
  Error,
  Identifier,
  MetricIdentifier,
  Number,
  Duration,
  String,
  LeftParen,
  RightParen,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  Comma,
  Assign,
  Colon,
  RegexMatch,
  RegexMismatch,
  At,
  Operator,    ///< Token::op says which
  Aggregator,  ///< Token::aggregator
  // Keywords:
  Bool,
  By,
  GroupLeft,
  GroupRight,
  Ignoring,
  Offset,
  On,
  Without,
  Anchored,
  Smoothed,
  Fill,
  FillLeft,
  FillRight,
  // What else may be a metric's name, too:
  Start,
  End_,
  Step,
  Range
};

struct Token {
  TokenKind kind = TokenKind::End;
  Op op = Op::Add;
  Aggregator aggregator = Aggregator::Sum;
  Span span;
  std::string_view text;

  bool is(Op which) const { return kind == TokenKind::Operator && op == which; }
};

/// As messages name it: `identifier "foo"`, `<op:+>`, `end of input`.
std::string describe(const Token& token);

class Lexer {
 public:
  /// `text` has to outlive the lexer and its tokens.
  explicit Lexer(std::string_view text) : text_(text) {}

  /// Comments are left out. After the end, or an error, there is only more of the same.
  Token next();
  /// What is wrong, after a token of kind Error.
  const std::string& error() const { return error_; }

 private:
  Token statement();
  Token inside_braces();
  Token inside_brackets();
  Token symbol(char c);
  Token bracket_or_brace(char c);
  Token comparison(char c);
  Token number_or_duration();
  Token string(char delimiter);
  Token raw_string();
  Token word();
  Token duration_word(std::string_view message);

  bool scan_number();
  bool scan_duration();
  /// What is wrong with the escape sequence whose backslash was read, or nothing.
  std::string scan_escape(char delimiter);

  Token emit(TokenKind kind);
  Token emit(Op op);
  /// An error about what began at start_.
  Token fail(std::string message);
  void skip_blanks();
  bool skip_comment();
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool at_end() const { return at_ >= text_.size(); }
  bool accept(std::string_view any_of);
  /// The code point at a place, in Go's quotes, and how many bytes it has.
  std::string shown(std::size_t at) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  int parentheses_ = 0;
  bool in_braces_ = false;
  bool in_brackets_ = false;
  bool duration_follows_ = false;  ///< nothing but blanks and signs stood in the brackets so far
  bool colon_seen_ = false;
  bool duration_seen_ = false;
  bool failed_ = false;
  std::string error_;
};

}  // namespace tocsin::query
