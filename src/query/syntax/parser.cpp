#include "query/syntax/parser.h"

#include <fmt/format.h>

#include "model/literal.h"
#include "model/text.h"
#include "query/syntax/functions.h"
#include "query/syntax/words.h"

namespace tocsin::query {
namespace {

constexpr int kUnary = 5;  // as strong as * /: -a^b is -(a^b)
constexpr int kPower = 6;

int strength(Op op) {
  switch (op) {
    case Op::Or:
      return 1;
    case Op::And:
    case Op::Unless:
      return 2;
    case Op::Add:
    case Op::Sub:
      return 4;
    case Op::Mul:
    case Op::Div:
    case Op::Mod:
    case Op::Atan2:
      return kUnary;
    case Op::Pow:
      return kPower;
    default:
      return 3;  // comparisons
  }
}

bool begins_aggregation(const Token& token) {
  return token.kind == TokenKind::LeftParen || token.kind == TokenKind::By ||
         token.kind == TokenKind::Without;
}

}  // namespace

Parser::Nested::Nested(Parser& parser) : parser_(parser) {
  if (++parser_.nesting_ <= kMaxDepth) return;
  parser_.problem(parser_.peek().span,
                  fmt::format("the expression is nested deeper than {} levels", kMaxDepth));
  --parser_.nesting_;
  throw Stopped{};
}

Parser::Parser(std::string_view text, const ParseOptions& options)
    : lexer_(text), options_(options) {}

void Parser::problem(Span where, const std::string& message) { add_error(errors, where, message); }

void Parser::unexpected(std::string_view context, std::string_view expected) {
  if (at(TokenKind::Error)) {
    problem(peek().span, lexer_.error());
  } else {
    problem(peek().span,
            fmt::format("unexpected {}{}{}{}{}", describe(peek()), context.empty() ? "" : " in ",
                        context, expected.empty() ? "" : ", expected ", expected));
  }
  throw Stopped{};
}

void Parser::experimental(Span where, const std::string& message) {
  if (!options_.experimental) problem(where, message);
}

const Token& Parser::read() {
  token_ = lexer_.next();
  is_read_ = true;
  if (token_.kind == TokenKind::Error) problem(token_.span, lexer_.error());
  return token_;
}

Token Parser::take() {
  const Token taken = peek();
  taken_until_ = taken.span.end;
  is_read_ = false;
  return taken;
}

bool Parser::accept(TokenKind kind) {
  if (peek().kind != kind) return false;
  take();
  return true;
}

bool Parser::accept(Op op) {
  if (!peek().is(op)) return false;
  take();
  return true;
}

Token Parser::expect(TokenKind kind, std::string_view context, std::string_view expected) {
  if (peek().kind != kind) unexpected(context, expected);
  return take();
}

ExprPtr Parser::finish(ExprPtr expr) {
  set_depth(*expr);
  return expr;
}

void Parser::set_depth(Expr& expr) {
  std::uint32_t below = 0;
  for_each_child(expr, [&](const Expr& child) { below = std::max(below, child.depth); });
  expr.depth = below + 1;
  if (expr.depth > kMaxDepth) {
    problem(expr.span, fmt::format("the expression is nested deeper than {} levels", kMaxDepth));
    throw Stopped{};
  }
}

ExprPtr Parser::whole(ExprPtr (Parser::*rule)()) {
  try {
    ExprPtr expr = (this->*rule)();
    if (!at(TokenKind::End)) unexpected();
    return expr;
  } catch (const Stopped&) {
    return nullptr;
  }
}

ExprPtr Parser::expression() {
  if (at(TokenKind::End)) {
    problem({}, "no expression found in input");
    return nullptr;
  }
  return whole(&Parser::any);
}

ExprPtr Parser::selector() { return whole(&Parser::any_selector); }

ExprPtr Parser::binary(int weakest) {
  const Nested nested(*this);
  ExprPtr left = unary();
  while (at(TokenKind::Operator) && strength(peek().op) >= weakest) {
    const Token op = take();
    Binary binary;
    binary.op = op.op;
    const bool has_fill = modifiers(binary);
    // Only ^ binds to the right.
    binary.right = this->binary(op.op == Op::Pow ? kPower : strength(op.op) + 1);
    const Span span{left->span.begin, binary.right->span.end};
    if (has_fill) experimental(span, "binop fill modifiers are experimental and not enabled");
    binary.left = std::move(left);
    left = finish(span, std::move(binary));
  }
  return left;
}

ExprPtr Parser::unary() {
  if (!peek().is(Op::Add) && !peek().is(Op::Sub)) return postfix();
  const Token sign = take();
  ExprPtr operand = binary(kPower);
  if (auto* literal = operand->as<NumberLiteral>()) {
    if (sign.op == Op::Sub) literal->value = -literal->value;
    operand->span.begin = sign.span.begin;
    return operand;
  }
  const Span span{sign.span.begin, operand->span.end};
  return finish(span, Unary{sign.op == Op::Sub, std::move(operand)});
}

ExprPtr Parser::postfix() {
  ExprPtr expr = primary();
  while (true) {
    switch (peek().kind) {
      case TokenKind::LeftBracket:
        expr = brackets(std::move(expr));
        break;
      case TokenKind::Offset:
        offset(*expr);
        break;
      case TokenKind::At:
        at_modifier(*expr);
        break;
      case TokenKind::Anchored:
      case TokenKind::Smoothed:
        extend(*expr);
        break;
      default:
        return expr;
    }
  }
}

ExprPtr Parser::primary() {
  switch (peek().kind) {
    case TokenKind::Number:
    case TokenKind::Duration:
      return number();
    case TokenKind::String:
      return string();
    case TokenKind::LeftParen:
      return parentheses();
    case TokenKind::LeftBrace:
      return braced_selector();
    default:
      if (!may_be_metric(peek())) unexpected();
      return name();
  }
}

ExprPtr Parser::parentheses() {
  const std::uint32_t begin = take().span.begin;
  ExprPtr inside = any();
  if (!accept(TokenKind::RightParen)) unexpected();
  return finish(since(begin), Paren{std::move(inside)});
}

/// A function, an aggregation or a metric.
ExprPtr Parser::name() {
  const Token word = take();
  if (word.kind == TokenKind::Aggregator && begins_aggregation(peek())) return aggregation(word);
  const bool is_callable = word.kind == TokenKind::Identifier || word.kind == TokenKind::Start ||
                           word.kind == TokenKind::End_ || word.kind == TokenKind::Step ||
                           word.kind == TokenKind::Range;
  if (is_callable && at(TokenKind::LeftParen)) return call(word);
  return vector_selector(word);
}

ExprPtr Parser::call(const Token& name) {
  std::vector<ExprPtr> given = arguments();
  const Function* function = find_function(name.text);
  if (function == nullptr) {
    problem(name.span, fmt::format("unknown function with name {}", quote(name.text)));
  } else if (function->experimental) {
    experimental(name.span, fmt::format("function {} is not enabled", quote(name.text)));
  }
  return finish(since(name.span.begin), Call{function, std::move(given)});
}

std::vector<ExprPtr> Parser::arguments() {
  std::vector<ExprPtr> all;
  take();  // the parenthesis
  if (accept(TokenKind::RightParen)) return all;
  all.push_back(any());
  while (at(TokenKind::Comma)) {
    const Token comma = take();
    if (!begins_expression(peek())) {
      problem(comma.span, "trailing commas not allowed in function call args");
      break;
    }
    all.push_back(any());
  }
  if (!accept(TokenKind::RightParen)) unexpected();
  return all;
}

ExprPtr Parser::string() {
  const Token token = take();
  return finish(token.span, StringLiteral{unquoted(token)});
}

std::string Parser::unquoted(const Token& token) {
  std::optional<std::string> text = unquote(token.text);
  if (text) return std::move(*text);
  problem(token.span, fmt::format("error unquoting string {}: invalid syntax", quote(token.text)));
  return "";
}

}  // namespace tocsin::query
