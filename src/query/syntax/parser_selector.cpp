// Selectors and what stands behind them: ranges, subqueries, offset, @, anchored, smoothed.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "model/error.h"
#include "query/syntax/parser.h"
#include "query/syntax/print.h"
#include "query/syntax/regexp_error.h"
#include "query/syntax/words.h"

namespace tocsin::query {
namespace {

constexpr std::string_view kMatching = "label matching";
constexpr std::string_view kLength = "number, duration, step(), or range()";

std::optional<MatchOp> match_op(const Token& token) {
  if (token.kind == TokenKind::Assign) return MatchOp::Equal;
  if (token.kind == TokenKind::RegexMatch) return MatchOp::Regex;
  if (token.kind == TokenKind::RegexMismatch) return MatchOp::NotRegex;
  if (token.is(Op::NotEqual)) return MatchOp::NotEqual;
  return std::nullopt;
}

}  // namespace

ExprPtr Parser::any_selector() {
  if (at(TokenKind::LeftBrace)) return braced_selector();
  if (!may_be_metric(peek())) unexpected();
  return vector_selector(take());
}

ExprPtr Parser::braced_selector() {
  VectorSelector selector;
  const std::uint32_t begin = peek().span.begin;
  matchers(selector);
  return finish(since(begin), std::move(selector));
}

ExprPtr Parser::vector_selector(const Token& name) {
  VectorSelector selector;
  selector.name = name.text;
  if (at(TokenKind::LeftBrace)) matchers(selector);
  selector.matchers.emplace_back(std::string(kMetricName), MatchOp::Equal, selector.name,
                                 Matcher::Dot::Everything);
  return finish(since(name.span.begin), std::move(selector));
}

void Parser::matchers(VectorSelector& selector) {
  take();
  if (accept(TokenKind::RightBrace)) return;
  matcher(selector);
  while (!accept(TokenKind::RightBrace)) {
    expect(TokenKind::Comma, kMatching, "\",\" or \"}\"");
    if (accept(TokenKind::RightBrace)) return;
    matcher(selector);
  }
}

void Parser::matcher(VectorSelector& selector) {
  const bool is_quoted = at(TokenKind::String);
  if (!is_quoted && !at(TokenKind::Identifier)) {
    unexpected(kMatching, "identifier or \"}\"");
  }
  const Token name = take();
  std::string name_text = is_quoted ? unquoted(name) : std::string(name.text);
  const std::optional<MatchOp> op = match_op(peek());
  if (!op) {
    if (!is_quoted) unexpected(kMatching, "label matching operator");
    selector.matchers.emplace_back(std::string(kMetricName), MatchOp::Equal, std::move(name_text),
                                   Matcher::Dot::Everything);
    return;
  }
  take();
  if (!at(TokenKind::String)) unexpected(kMatching, "string");
  const Token value = take();
  add_matcher(selector, {name.span.begin, value.span.end}, std::move(name_text), *op,
              unquoted(value));
}

/// Stops after a regular expression that is too large: the next one may be as large.
void Parser::add_matcher(VectorSelector& selector, Span where, std::string name, MatchOp op,
                         std::string value) {
  try {
    selector.matchers.emplace_back(std::move(name), op, value, Matcher::Dot::Everything);
  } catch (const Error&) {
    problem(where, regexp_error(value));
    throw Stopped{};
  }
  // Long lists of names are cheap: some two instructions for each letter.
  const std::size_t size = selector.matchers.back().program_size();
  regex_size_ += size - std::min(size, 4 * value.size());
  if (regex_size_ <= kMaxRegexSize) return;
  problem(where, "the regular expressions are too large together");
  throw Stopped{};
}

ExprPtr Parser::brackets(ExprPtr expr) {
  const Token open = take();
  Length range = positive_length("subquery or range selector", kLength);
  if (accept(TokenKind::Colon)) {
    Subquery subquery;
    if (!at(TokenKind::RightBracket)) {
      subquery.step =
          positive_length("subquery selector", "number, duration, step(), range(), or \"]\"");
    }
    expect(TokenKind::RightBracket, "subquery selector", "\"]\"");
    const Span span = since(expr->span.begin);
    subquery.range = std::move(range);
    subquery.expr = std::move(expr);
    return finish(span, std::move(subquery));
  }
  expect(TokenKind::RightBracket, "subquery or range", "\":\" or \"]\"");
  const Span brackets = since(open.span.begin);
  const auto* selector = expr->as<VectorSelector>();
  if (selector == nullptr) {
    problem(brackets, "ranges only allowed for vector selectors");
  } else if (selector->modifiers.offset.literal != Duration{0} ||
             selector->modifiers.offset.expression != nullptr) {
    problem(brackets, "no offset modifiers allowed before range");
  } else if (selector->modifiers.at_kind != AtKind::None) {
    problem(brackets, "no @ modifiers allowed before range");
  }
  const Span span = since(expr->span.begin);
  return finish(span, MatrixSelector{std::move(expr), std::move(range)});
}

/// Null, after saying so, where a modifier cannot stand.
Modifiers* Parser::modifiers_of(Expr& expr, std::string_view modifier) {
  if (auto* selector = expr.as<VectorSelector>()) return &selector->modifiers;
  if (auto* subquery = expr.as<Subquery>()) return &subquery->modifiers;
  if (auto* matrix = expr.as<MatrixSelector>()) {
    if (auto* selector = matrix->vector->as<VectorSelector>()) return &selector->modifiers;
    problem(expr.span, "ranges only allowed for vector selectors");
    return nullptr;
  }
  problem(expr.span, fmt::format("{} modifier must be preceded by an instant vector selector or "
                                 "range vector selector or a subquery",
                                 modifier));
  return nullptr;
}

void Parser::offset(Expr& expr) {
  take();
  Length length = length_of(offset_duration());
  Modifiers* modifiers = modifiers_of(expr, "offset");
  if (modifiers == nullptr) return;
  if (modifiers->offset.literal != Duration{0} || modifiers->offset.expression != nullptr) {
    problem(expr.span, "offset may not be set multiple times");
  } else {
    modifiers->offset = std::move(length);
    if (auto* matrix = expr.as<MatrixSelector>()) set_depth(*matrix->vector);
    set_depth(expr);
  }
  expr.span.end = taken_until_;
}

void Parser::at_modifier(Expr& expr) {
  take();
  const bool is_end = at(TokenKind::End_);
  AtKind kind = is_end ? AtKind::End : AtKind::Start;
  double seconds = 0;
  if (is_end || at(TokenKind::Start)) {
    take();
    expect(TokenKind::LeftParen, "@", "timestamp");
    expect(TokenKind::RightParen, "@", "timestamp");
  } else {
    kind = AtKind::Timestamp;
    seconds = at_timestamp();
  }
  constexpr double kLimit = 9.2e15;  // seconds: milliseconds have to fit into 64 bits
  if (!(std::abs(seconds) < kLimit)) {
    const std::string shown =
        std::isfinite(seconds) ? fmt::format("{:f}", seconds) : format_number(seconds);
    problem(expr.span, "timestamp out of bounds for @ modifier: " + shown);
    return;
  }
  Modifiers* modifiers = modifiers_of(expr, "@");
  if (modifiers == nullptr) return;
  if (modifiers->at_kind != AtKind::None) {
    problem(expr.span, "@ <timestamp> may not be set multiple times");
    return;
  }
  modifiers->at_kind = kind;
  modifiers->at = Timestamp(Duration(std::llround(seconds * 1000)));
  expr.span.end = taken_until_;
}

double Parser::at_timestamp() {
  const bool negative = accept(Op::Sub);
  if (!negative) accept(Op::Add);
  const bool is_duration = at(TokenKind::Duration);
  if (!at(TokenKind::Number) && !is_duration) unexpected("@", "timestamp");
  const Token token = take();
  const double value = is_duration ? duration_value(token) : number_value(token);
  return negative ? -value : value;
}

/// anchored or smoothed
void Parser::extend(Expr& expr) {
  const Token word = take();
  const bool anchored = word.kind == TokenKind::Anchored;
  const std::string_view name = anchored ? "anchored" : "smoothed";
  experimental(expr.span, fmt::format("{} modifier is experimental and not enabled", name));
  auto* selector = expr.as<VectorSelector>();
  if (auto* matrix = expr.as<MatrixSelector>()) selector = matrix->vector->as<VectorSelector>();
  if (selector == nullptr) {
    const bool is_subquery = expr.as<Subquery>() != nullptr;
    problem(expr.span,
            fmt::format("{} modifier {}", name,
                        is_subquery ? "is not supported for subqueries" : "not implemented"));
    return;
  }
  (anchored ? selector->anchored : selector->smoothed) = true;
  if (selector->anchored && selector->smoothed) {
    problem(expr.span, "anchored and smoothed modifiers cannot be used together");
  }
  expr.span.end = taken_until_;
}

}  // namespace tocsin::query
