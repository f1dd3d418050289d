// What stands around operators and aggregations: bool, on, ignoring, group_left, fill, by, without.
#include <fmt/format.h>

#include "query/syntax/parser.h"
#include "query/syntax/words.h"

namespace tocsin::query {
namespace {

constexpr std::string_view kGrouping = "grouping opts";

}  // namespace

/// Whether there was a fill among them.
bool Parser::modifiers(Binary& binary) {
  Matching matching;
  binary.returns_bool = accept(TokenKind::Bool);
  if (at(TokenKind::On) || at(TokenKind::Ignoring)) {
    matching.on = take().kind == TokenKind::On;
    matching.labels = labels();
    if (at(TokenKind::GroupLeft) || at(TokenKind::GroupRight)) {
      const bool left = take().kind == TokenKind::GroupLeft;
      matching.cardinality = left ? Cardinality::ManyToOne : Cardinality::OneToMany;
      if (!begins_expression(peek()) && !is_fill(peek().kind)) unexpected(kGrouping, "\"(\"");
      if (at(TokenKind::LeftParen)) matching.include = labels();
    }
  }
  fills(matching);
  const bool has_fill = matching.fill_left || matching.fill_right;
  binary.matching = std::move(matching);
  return has_fill;
}

/// fill alone, or each of fill_left and fill_right once.
void Parser::fills(Matching& matching) {
  if (accept(TokenKind::Fill)) {
    matching.fill_left = matching.fill_right = fill_value();
    return;
  }
  for (int i = 0; i < 2; ++i) {
    if (!matching.fill_left && accept(TokenKind::FillLeft)) {
      matching.fill_left = fill_value();
    } else if (!matching.fill_right && accept(TokenKind::FillRight)) {
      matching.fill_right = fill_value();
    }
  }
}

double Parser::fill_value() {
  constexpr std::string_view kContext = "fill modifier";
  expect(TokenKind::LeftParen, kContext, "\"(\"");
  const bool negative = accept(Op::Sub);
  if (!negative) accept(Op::Add);
  const bool is_duration = at(TokenKind::Duration);
  if (!at(TokenKind::Number) && !is_duration) unexpected(kContext, "number");
  const Token token = take();
  const double value = is_duration ? duration_value(token) : number_value(token);
  expect(TokenKind::RightParen, kContext, "\")\"");
  return negative ? -value : value;
}

std::vector<std::string> Parser::labels() {
  expect(TokenKind::LeftParen, kGrouping, "\"(\"");
  std::vector<std::string> all;
  if (accept(TokenKind::RightParen)) return all;
  all.push_back(label());
  while (!accept(TokenKind::RightParen)) {
    expect(TokenKind::Comma, kGrouping, "\",\" or \")\"");
    if (accept(TokenKind::RightParen)) break;
    all.push_back(label());
  }
  return all;
}

std::string Parser::label() {
  if (at(TokenKind::String)) {
    const Token token = take();
    std::string name = unquoted(token);
    if (name.empty()) problem(token.span, "invalid label name for grouping: \"\"");
    return name;
  }
  if (!may_be_label(peek())) unexpected(kGrouping, "label");
  return std::string(take().text);
}

void Parser::grouping(Aggregation& aggregation) {
  if (!at(TokenKind::By) && !at(TokenKind::Without)) return;
  aggregation.without = take().kind == TokenKind::Without;
  aggregation.grouping = labels();
}

ExprPtr Parser::aggregation(const Token& op) {
  Aggregation aggregation;
  aggregation.op = op.aggregator;
  const bool grouping_first = !at(TokenKind::LeftParen);
  ++aggregations_;
  grouping(aggregation);
  if (!at(TokenKind::LeftParen)) unexpected();
  std::vector<ExprPtr> given = arguments();
  --aggregations_;
  if (!grouping_first) grouping(aggregation);

  const Span span = since(op.span.begin);
  const bool has_parameter = takes_parameter(op.aggregator);
  const std::size_t wanted = has_parameter ? 2 : 1;
  if (op.aggregator == Aggregator::Limitk || op.aggregator == Aggregator::LimitRatio) {
    experimental(span, fmt::format("{}() is experimental and must be enabled with "
                                   "--enable-feature=promql-experimental-functions",
                                   to_string(op.aggregator)));
  }
  if (given.empty()) {
    problem(span, "no arguments for aggregate expression provided");
  } else if (given.size() != wanted) {
    problem(span, fmt::format("wrong number of arguments for aggregate expression provided, "
                              "expected {}, got {}",
                              wanted, given.size()));
  } else {
    aggregation.expr = std::move(given.back());
    if (has_parameter) aggregation.parameter = std::move(given.front());
  }
  return finish(span, std::move(aggregation));
}

}  // namespace tocsin::query
