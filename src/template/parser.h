// Tokens -> tree. Inside of the parser: template/template.h is how it is used.
//
// Source of grammar and messages: Go's text/template/parse.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "template/lexer.h"
#include "template/tree.h"

namespace tocsin::tmpl {

class Parser {
 public:
  Parser(Template::Parsed& parsed, std::span<const std::string_view> variables);

  /// The whole text: its definitions and, outside of them, the main one.
  void run();

 private:
  /// What ended a block.
  enum class Stop { EndOfText, End, Else };
  struct Blocked {
    Body block;
    Stop stop;
    Offset at;
  };
  /// The variables that are visible while a definition is parsed.
  struct Scope {
    std::vector<std::pair<std::string_view, int>> visible;
    std::size_t slots = 0;  ///< most that were visible at once
    int loops = 0;          ///< how many {{range}} we are in
  };

  // parser.cpp: statements
  Blocked block();
  Body block_until_end(std::string_view context);
  Statement action(Offset at);
  Statement branch(Offset at, bool sets_dot);
  bool next_arm(const Blocked& before, bool sets_dot);
  Statement loop(Offset at);
  Statement loop_control(const Token& token, bool is_break);
  Statement invocation();
  Statement inline_block(Offset at);
  void definition();
  void define(std::string name, Body body, std::size_t slots, Offset at);
  std::string template_name(std::string_view context);
  void nest(int by, Offset at);

  // parser_pipeline.cpp: what stands in an action
  Pipeline pipeline(std::string_view context, TokenKind end);
  void declarations(Pipeline& pipeline, std::string_view context);
  void declare(Pipeline& pipeline);
  void check(const Pipeline& pipeline, std::string_view context, Offset at);
  Command command();
  void operand(Command& command);
  bool term(Operand& operand);
  void identifier(Operand& operand, const Token& token);
  void add_fields(Operand& operand);
  Variable variable(const Token& token);
  std::string string_constant(const Token& token);

  // Tokens
  const Token& next() { return tokens_.tokens[std::min(at_++, tokens_.tokens.size() - 1)]; }
  void back() { --at_; }
  const Token& peek() const { return tokens_.tokens[std::min(at_, tokens_.tokens.size() - 1)]; }
  const Token& next_after_space();
  const Token& peek_after_space();
  const Token& expect(TokenKind kind, std::string_view context);
  [[noreturn]] void unexpected(const Token& token, std::string_view context);
  [[noreturn]] void fail(Offset at, const std::string& message) const;

  Template::Parsed& parsed_;
  Tokens tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  Scope scope_;
};

}  // namespace tocsin::tmpl
