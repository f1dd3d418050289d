#include "query/syntax/parser.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/error.h"
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

bool may_be_metric(const Token& token) {
  switch (token.kind) {
    case TokenKind::Operator:
      return is_set_operator(token.op);
    case TokenKind::Identifier:
    case TokenKind::MetricIdentifier:
    case TokenKind::Aggregator:
    case TokenKind::By:
    case TokenKind::Without:
    case TokenKind::Offset:
    case TokenKind::Start:
    case TokenKind::End_:
    case TokenKind::Step:
    case TokenKind::Range:
    case TokenKind::Anchored:
    case TokenKind::Smoothed:
      return true;
    default:
      return false;
  }
}

bool begins_aggregation(const Token& token) {
  return token.kind == TokenKind::LeftParen || token.kind == TokenKind::By ||
         token.kind == TokenKind::Without;
}

}  // namespace

Parser::Nested::Nested(Parser& parser) : parser_(parser) {
  if (++parser_.nesting_ <= kMaxDepth) return;
  parser_.problem(parser_.token_.span,
                  fmt::format("the expression is nested deeper than {} levels", kMaxDepth));
  --parser_.nesting_;
  throw Stopped{};
}

Parser::Parser(std::string_view text, const ParseOptions& options)
    : lexer_(text), options_(options) {
  token_ = lexer_.next();
}

void Parser::problem(Span where, std::string message) {
  errors.push_back({where, std::move(message)});
}

void Parser::unexpected(std::string_view context, std::string_view expected) {
  if (token_.kind == TokenKind::Error) {
    problem(token_.span, lexer_.error());
  } else {
    problem(token_.span,
            fmt::format("unexpected {}{}{}{}{}", describe(token_), context.empty() ? "" : " in ",
                        context, expected.empty() ? "" : ", expected ", expected));
  }
  throw Stopped{};
}

void Parser::experimental(Span where, std::string message) {
  if (!options_.experimental) problem(where, std::move(message));
}

Token Parser::take() {
  Token taken = token_;
  taken_until_ = taken.span.end;
  token_ = lexer_.next();
  return taken;
}

bool Parser::accept(TokenKind kind) {
  if (token_.kind != kind) return false;
  take();
  return true;
}

bool Parser::accept(Op op) {
  if (!token_.is(op)) return false;
  take();
  return true;
}

Token Parser::expect(TokenKind kind, std::string_view context, std::string_view expected) {
  if (token_.kind != kind) unexpected(context, expected);
  return take();
}

ExprPtr Parser::finish(ExprPtr expr) {
  std::uint32_t below = 0;
  for_each_child(*expr, [&](const Expr& child) { below = std::max(below, child.depth); });
  expr->depth = below + 1;
  if (expr->depth > kMaxDepth) {
    problem(expr->span, fmt::format("the expression is nested deeper than {} levels", kMaxDepth));
    throw Stopped{};
  }
  return expr;
}

ExprPtr Parser::whole(ExprPtr (Parser::*rule)()) {
  try {
    ExprPtr expr = (this->*rule)();
    if (token_.kind != TokenKind::End) unexpected();
    return expr;
  } catch (const Stopped&) {
    return nullptr;
  }
}

ExprPtr Parser::expression() {
  if (token_.kind == TokenKind::End) {
    problem({}, "no expression found in input");
    return nullptr;
  }
  return whole(&Parser::any);
}

ExprPtr Parser::selector() { return whole(&Parser::vector_selector); }

ExprPtr Parser::binary(int weakest) {
  const Nested nested(*this);
  ExprPtr left = unary();
  while (token_.kind == TokenKind::Operator && strength(token_.op) >= weakest) {
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
  if (!token_.is(Op::Add) && !token_.is(Op::Sub)) return postfix();
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
    switch (token_.kind) {
      case TokenKind::LeftBracket:
        expr = brackets(std::move(expr));
        break;
      case TokenKind::Offset:
        offset(*expr);
        break;
      case TokenKind::At:
        at(*expr);
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
  switch (token_.kind) {
    case TokenKind::Number:
    case TokenKind::Duration:
      return number();
    case TokenKind::String:
      return string();
    case TokenKind::LeftParen:
      return parentheses();
    case TokenKind::LeftBrace:
      return vector_selector();
    default:
      if (!may_be_metric(token_)) unexpected();
      return name();
  }
}

ExprPtr Parser::parentheses() {
  const std::uint32_t begin = take().span.begin;
  ExprPtr inside = any();
  if (token_.kind != TokenKind::RightParen) unexpected();
  take();
  return finish(since(begin), Paren{std::move(inside)});
}

/// A function, an aggregation or a metric.
ExprPtr Parser::name() {
  const Token word = token_;
  Lexer ahead = lexer_;
  const Token next = ahead.next();
  if (word.kind == TokenKind::Aggregator && begins_aggregation(next)) {
    return aggregation(take());
  }
  const bool is_callable = word.kind == TokenKind::Identifier || word.kind == TokenKind::Start ||
                           word.kind == TokenKind::End_ || word.kind == TokenKind::Step ||
                           word.kind == TokenKind::Range;
  if (is_callable && next.kind == TokenKind::LeftParen) return call(take());
  return vector_selector();
}

ExprPtr Parser::call(const Token& name) {
  const Function* function = find_function(name.text);
  if (function == nullptr) {
    problem(name.span, fmt::format("unknown function with name {}", quote(name.text)));
  } else if (function->experimental) {
    experimental(name.span, fmt::format("function {} is not enabled", quote(name.text)));
  }
  std::vector<ExprPtr> given = arguments();
  return finish(since(name.span.begin), Call{function, std::move(given)});
}

std::vector<ExprPtr> Parser::arguments() {
  std::vector<ExprPtr> all;
  take();  // the parenthesis
  if (accept(TokenKind::RightParen)) return all;
  all.push_back(any());
  while (token_.kind == TokenKind::Comma) {
    const Token comma = take();
    if (token_.kind == TokenKind::RightParen) {
      problem(comma.span, "trailing commas not allowed in function call args");
      break;
    }
    all.push_back(any());
  }
  if (token_.kind != TokenKind::RightParen) unexpected();
  take();
  return all;
}

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
          fmt::format("error parsing number: {} is not one, or is too large", quote(token.text)));
  return 0;
}

double Parser::duration_value(const Token& token) {
  try {
    return std::chrono::duration<double>(parse_duration(token.text)).count();
  } catch (const Error&) {
    problem(token.span, fmt::format("not a valid duration string: {}", quote(token.text)));
    return 0;
  }
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
