// The grammar, one function for each of its rules. Within query/syntax only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/syntax/lexer.h"
#include "query/syntax/parse.h"

namespace tocsin::query {

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options);

  /// Null after an error of syntax.
  ExprPtr expression();
  ExprPtr selector();

  std::vector<ParseError> errors;

 private:
  /// Thrown where nothing sensible can follow; the error has been noted.
  struct Stopped {};

  ExprPtr whole(ExprPtr (Parser::*rule)());
  // parser.cpp
  ExprPtr binary(int weakest);
  ExprPtr any() { return binary(0); }
  ExprPtr unary();
  ExprPtr postfix();
  ExprPtr primary();
  ExprPtr parentheses();
  ExprPtr name();
  ExprPtr call(const Token& name);
  std::vector<ExprPtr> arguments();
  ExprPtr number();
  ExprPtr string();
  // parser_operators.cpp
  bool modifiers(Binary& binary);
  void fills(Matching& matching);
  double fill_value();
  std::vector<std::string> labels();
  std::string label();
  ExprPtr aggregation(const Token& op);
  void grouping(Aggregation& aggregation);
  // parser_selector.cpp
  ExprPtr vector_selector();
  void matchers(VectorSelector& selector);
  void matcher(VectorSelector& selector);
  ExprPtr brackets(ExprPtr expr);
  void offset(Expr& expr);
  void at(Expr& expr);
  double at_timestamp();
  void extend(Expr& expr);
  Modifiers* modifiers_of(Expr& expr, std::string_view modifier);
  // parser_duration.cpp
  ExprPtr duration(int weakest);
  ExprPtr duration_operand();
  ExprPtr signed_duration(bool operand_only);
  ExprPtr duration_call(const Token& name);
  ExprPtr offset_duration();
  Length positive_length(std::string_view context, std::string_view expected);
  Length length_of(ExprPtr duration);

  Token take();
  bool accept(TokenKind kind);
  bool accept(Op op);
  Token expect(TokenKind kind, std::string_view context, std::string_view expected);
  void experimental(Span where, std::string message);
  void problem(Span where, std::string message);
  /// Says that the next token does not belong here, and stops.
  [[noreturn]] void unexpected(std::string_view context, std::string_view expected);
  /// The same where the grammar has no words for it but "in aggregation".
  [[noreturn]] void unexpected() { unexpected(aggregations_ > 0 ? "aggregation" : "", ""); }
  std::string unquoted(const Token& token);
  double number_value(const Token& token);
  double duration_value(const Token& token);
  /// Sets the depth of a finished node; stops where it is too much.
  ExprPtr finish(ExprPtr expr);
  ExprPtr finish(Span span, auto what) { return finish(make_expr(span, std::move(what))); }
  /// From `begin` to the end of what was taken last.
  Span since(std::uint32_t begin) const { return {begin, taken_until_}; }

  /// Counts how deep the grammar's functions are within one another.
  class Nested {
   public:
    explicit Nested(Parser& parser);
    ~Nested() { --parser_.nesting_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    Parser& parser_;
  };

  /// What messages about a duration say.
  struct Wanted {
    std::string_view context, expected;
  };

  Lexer lexer_;
  ParseOptions options_;
  Token token_;
  std::uint32_t taken_until_ = 0;
  std::uint32_t nesting_ = 0;
  Wanted wanted_;
  int aggregations_ = 0;  ///< whose parentheses are open
};

}  // namespace tocsin::query
