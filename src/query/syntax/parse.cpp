#include "query/syntax/parse.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "query/syntax/check_types.h"
#include "query/syntax/parser.h"

namespace tocsin::query {

std::string to_string(const ParseError& error, std::string_view text) {
  const std::string_view before = text.substr(0, error.where.begin);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column =
      line_break == std::string_view::npos ? before.size() + 1 : before.size() - line_break;
  return fmt::format("{}:{}: parse error: {}", line, column, error.message);
}

void add_error(std::vector<ParseError>& errors, Span where, const std::string& message) {
  if (errors.size() < kMaxErrors) errors.push_back({where, truncate_runes(message, kMaxMessage)});
}

Parsed parse_expression(std::string_view text, const ParseOptions& options) {
  Parsed parsed;
  if (text.size() > kMaxExpression) {
    parsed.errors.push_back(
        {{}, fmt::format("the expression is longer than {} MiB", kMaxExpression >> 20)});
    return parsed;
  }
  Parser parser(text, options);
  parsed.expr = parser.expression();
  parsed.errors = std::move(parser.errors);
  if (parsed.errors.empty()) check_types(*parsed.expr, text, parsed.errors);
  if (!parsed.errors.empty()) parsed.expr = nullptr;
  return parsed;
}

Matchers parse_selector(std::string_view text) {
  Parser parser(text, {});
  const ExprPtr expr = text.size() > kMaxExpression ? nullptr : parser.selector();
  if (!parser.errors.empty()) throw Error(to_string(parser.errors.front(), text));
  if (expr == nullptr) throw Error("the selector is too long");
  return expr->as<VectorSelector>()->matchers;
}

}  // namespace tocsin::query
