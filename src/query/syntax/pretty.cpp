#include <fmt/format.h>

#include "model/overloaded.h"
#include "query/syntax/functions.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

constexpr std::size_t kWidth = 100;

std::string indentation(int level) { return std::string(2 * static_cast<std::size_t>(level), ' '); }

std::string laid_out(const Expr& expr, int level);

/// One below the other, with commas between them.
std::string list(const std::vector<const Expr*>& all, int level) {
  std::string out;
  for (const Expr* each : all) out += (out.empty() ? "" : ",\n") + laid_out(*each, level);
  return out;
}

std::string enclosed(std::string_view head, const std::string& inside, int level) {
  return fmt::format("{0}{1}(\n{2}\n{0})", indentation(level), head, inside);
}

std::string broken(const Aggregation& aggregation, const Expr&, int level) {
  std::vector<const Expr*> arguments;
  if (aggregation.parameter) arguments.push_back(aggregation.parameter.get());
  arguments.push_back(aggregation.expr.get());
  return enclosed(print_aggregator(aggregation), list(arguments, level + 1), level);
}

std::string broken(const Call& call, const Expr&, int level) {
  std::vector<const Expr*> arguments;
  for (const ExprPtr& argument : call.arguments) arguments.push_back(argument.get());
  return enclosed(call.function->name, list(arguments, level + 1), level);
}

std::string broken(const Paren& paren, const Expr&, int level) {
  return enclosed("", laid_out(*paren.expr, level + 1), level);
}

std::string broken(const Binary& binary, const Expr&, int level) {
  return fmt::format("{}\n{}{}{}\n{}", laid_out(*binary.left, level + 1), indentation(level),
                     to_string(binary.op), print_matching(binary),
                     laid_out(*binary.right, level + 1));
}

std::string broken(const Unary& unary, const Expr&, int level) {
  const std::string inside = laid_out(*unary.expr, level);
  return fmt::format("{}{}{}", indentation(level), unary.negative ? '-' : '+',
                     inside.substr(inside.find_first_not_of(' ')));
}

std::string broken(const Subquery& subquery, const Expr& expr, int level) {
  // The range and all behind it, as they are on one line.
  const std::string whole = to_string(expr);
  return laid_out(*subquery.expr, level) + whole.substr(to_string(*subquery.expr).size());
}

/// Selectors and literals are never broken.
std::string broken(const auto&, const Expr& expr, int level) {
  return indentation(level) + to_string(expr);
}

std::string laid_out(const Expr& expr, int level) {
  const std::string line = to_string(expr);
  if (line.size() <= kWidth) return indentation(level) + line;
  return std::visit([&](const auto& what) { return broken(what, expr, level); }, expr.what);
}

}  // namespace

std::string pretty(const Expr& expr) { return laid_out(expr, 0); }

}  // namespace tocsin::query
