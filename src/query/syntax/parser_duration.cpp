// Durations in brackets and after offset: literals, and what can be computed of them.
#include <cmath>

#include <fmt/format.h>

#include "query/syntax/parser.h"
#include "query/syntax/words.h"

namespace tocsin::query {
namespace {

constexpr int kSign = 2;
constexpr int kPower = 3;

/// 0: no operator of durations.
int strength(const Token& token) {
  if (token.kind != TokenKind::Operator) return 0;
  switch (token.op) {
    case Op::Add:
    case Op::Sub:
      return 1;
    case Op::Mul:
    case Op::Div:
    case Op::Mod:
      return kSign;
    case Op::Pow:
      return kPower;
    default:
      return 0;
  }
}

DurationExpr::Kind kind_of(Op op) {
  switch (op) {
    case Op::Add:
      return DurationExpr::Kind::Add;
    case Op::Sub:
      return DurationExpr::Kind::Sub;
    case Op::Mul:
      return DurationExpr::Kind::Mul;
    case Op::Div:
      return DurationExpr::Kind::Div;
    case Op::Mod:
      return DurationExpr::Kind::Mod;
    default:
      return DurationExpr::Kind::Pow;
  }
}

constexpr double kLongest = 9223372036.854775807;  // seconds: 64 bits of nanoseconds

bool is_zero(const Expr& expr) {
  const auto* literal = expr.as<NumberLiteral>();
  return literal != nullptr && literal->value == 0;
}

}  // namespace

Length Parser::length_of(ExprPtr duration) {
  Length length;
  if (const auto* literal = duration->as<NumberLiteral>()) {
    // Out of range or not a number: which has been said.
    const bool sane = std::abs(literal->value) <= kLongest;
    length.literal = Duration(sane ? std::llround(literal->value * 1000) : 0);
  } else {
    length.expression = std::move(duration);
  }
  return length;
}

Length Parser::positive_length(std::string_view context, std::string_view expected) {
  wanted_ = {context, expected};
  ExprPtr duration = this->duration(0);
  if (const auto* literal = duration->as<NumberLiteral>(); literal && !(literal->value > 0)) {
    problem(duration->span, "duration must be greater than 0");
  }
  return length_of(std::move(duration));
}

ExprPtr Parser::duration(int weakest) {
  const Nested nested(*this);
  ExprPtr left = duration_operand();
  for (int level = strength(peek()); level > weakest; level = strength(peek())) {
    const Token op = take();
    ExprPtr right = duration(op.op == Op::Pow ? kPower - 1 : level);
    experimental(left->span, "experimental duration expression is not enabled");
    if (op.op == Op::Div && is_zero(*right)) problem(op.span, "division by zero");
    if (op.op == Op::Mod && is_zero(*right)) problem(op.span, "modulo by zero");
    const Span span{left->span.begin, right->span.end};
    left = finish(span, DurationExpr{kind_of(op.op), std::move(left), std::move(right), false});
  }
  return left;
}

/// Signs, numbers, step(), range(), min_of(a, b), max_of(a, b) and what stands in parentheses.
ExprPtr Parser::duration_operand() {
  switch (peek().kind) {
    case TokenKind::Number:
    case TokenKind::Duration: {
      ExprPtr literal = number();
      if (!(std::abs(literal->as<NumberLiteral>()->value) <= kLongest)) {
        problem(literal->span, "duration out of range");
      }
      return literal;
    }
    case TokenKind::Operator:
      if (peek().op == Op::Add || peek().op == Op::Sub) return signed_duration(false);
      break;
    case TokenKind::Step:
    case TokenKind::Range:
    case TokenKind::Identifier:
      return duration_call(take());
    case TokenKind::LeftParen: {
      const std::uint32_t begin = take().span.begin;
      ExprPtr inside = duration(0);
      if (!at(TokenKind::RightParen)) unexpected(wanted_.context, wanted_.expected);
      take();
      experimental(inside->span, "experimental duration expression is not enabled");
      if (auto* computed = inside->as<DurationExpr>()) {
        computed->wrapped = true;
        inside->span = since(begin);
      }
      return inside;
    }
    default:
      break;
  }
  unexpected(wanted_.context, wanted_.expected);
}

/// After `offset` a sign belongs to the next operand alone: x offset -2^2 is (x offset -2)^2.
ExprPtr Parser::signed_duration(bool operand_only) {
  const Token sign = take();
  ExprPtr operand = operand_only ? duration_operand() : duration(kSign);
  if (auto* literal = operand->as<NumberLiteral>()) {
    if (sign.op == Op::Sub) literal->value = -literal->value;
    operand->span.begin = sign.span.begin;
    return operand;
  }
  if (sign.op == Op::Add) return operand;
  const Span span{sign.span.begin, operand->span.end};
  return finish(span, DurationExpr{DurationExpr::Kind::Sub, nullptr, std::move(operand), false});
}

ExprPtr Parser::duration_call(const Token& name) {
  const auto fail = [this] { unexpected(wanted_.context, wanted_.expected); };
  DurationExpr computed;
  if (name.kind != TokenKind::Identifier) {
    computed.kind =
        name.kind == TokenKind::Step ? DurationExpr::Kind::Step : DurationExpr::Kind::Range;
    if (!accept(TokenKind::LeftParen)) fail();
    if (!accept(TokenKind::RightParen)) fail();
  } else {
    const bool smaller = equals_word(name.text, "min_of");
    if (!smaller && !equals_word(name.text, "max_of")) {
      problem(name.span, fmt::format("unexpected {} in {}, expected {}", describe(name),
                                     wanted_.context, wanted_.expected));
      throw Stopped{};
    }
    computed.kind = smaller ? DurationExpr::Kind::MinOf : DurationExpr::Kind::MaxOf;
    if (!accept(TokenKind::LeftParen)) fail();
    computed.left = duration(0);
    if (!accept(TokenKind::Comma)) fail();
    computed.right = duration(0);
    if (!accept(TokenKind::RightParen)) fail();
  }
  const Span span = since(name.span.begin);
  experimental(span, "experimental duration expression is not enabled");
  return finish(span, std::move(computed));
}

ExprPtr Parser::offset_duration() {
  wanted_ = {"offset", "number, duration, step(), or range()"};
  const bool has_sign = peek().is(Op::Add) || peek().is(Op::Sub);
  return has_sign ? signed_duration(true) : duration_operand();
}

}  // namespace tocsin::query
