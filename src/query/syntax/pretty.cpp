#include <algorithm>

#include "query/syntax/functions.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

constexpr std::size_t kWidth = 100;
/// Deeper levels stand no further to the right: the text would grow with their square.
constexpr int kMostIndented = 50;

class Layout {
 public:
  explicit Layout(const Expr& expr) : printed_(print(expr)) {}

  std::string out;

  /// `indented`: the line begins with the expression.
  void put(const Expr& expr, int level, bool indented = true) {
    const auto [begin, end] = printed_.places.at(&expr);
    if (end - begin > kWidth) {
      std::visit([&](const auto& what) { put_broken(what, expr, level, indented); }, expr.what);
    } else {
      if (indented) indent(level);
      out.append(printed_.line, begin, end - begin);
    }
  }

 private:
  void indent(int level) {
    out.append(2 * static_cast<std::size_t>(std::min(level, kMostIndented)), ' ');
  }

  /// One below the other, in parentheses.
  void put_list(const std::vector<const Expr*>& all, int level) {
    out += '(';
    for (const Expr* each : all) {
      out += each == all.front() ? "\n" : ",\n";
      put(*each, level + 1);
    }
    out += '\n';
    indent(level);
    out += ')';
  }

  void put_broken(const Aggregation& aggregation, const Expr&, int level, bool indented) {
    std::vector<const Expr*> arguments;
    if (aggregation.parameter) arguments.push_back(aggregation.parameter.get());
    arguments.push_back(aggregation.expr.get());
    if (indented) indent(level);
    out += print_aggregator(aggregation);
    put_list(arguments, level);
  }

  void put_broken(const Call& call, const Expr&, int level, bool indented) {
    std::vector<const Expr*> arguments;
    for (const ExprPtr& argument : call.arguments) arguments.push_back(argument.get());
    if (indented) indent(level);
    out += call.function->name;
    put_list(arguments, level);
  }

  void put_broken(const Paren& paren, const Expr&, int level, bool indented) {
    if (indented) indent(level);
    put_list({paren.expr.get()}, level);
  }

  void put_broken(const Binary& binary, const Expr&, int level, bool indented) {
    put(*binary.left, level + 1, indented);
    out += '\n';
    indent(level);
    out += to_string(binary.op);
    out += print_matching(binary);
    out += '\n';
    put(*binary.right, level + 1);
  }

  void put_broken(const Unary& unary, const Expr&, int level, bool indented) {
    if (indented) indent(level);
    out += unary.negative ? '-' : '+';
    put(*unary.expr, level, false);
  }

  void put_broken(const Subquery& subquery, const Expr& expr, int level, bool indented) {
    put(*subquery.expr, level, indented);
    // The range and all behind it, as they are on one line.
    const std::size_t begin = printed_.places.at(subquery.expr.get()).end;
    out.append(printed_.line, begin, printed_.places.at(&expr).end - begin);
  }

  /// Selectors and literals are never broken.
  void put_broken(const auto&, const Expr& expr, int level, bool indented) {
    const auto [begin, end] = printed_.places.at(&expr);
    if (indented) indent(level);
    out.append(printed_.line, begin, end - begin);
  }

  const Printed printed_;
};

}  // namespace

std::string pretty(const Expr& expr) {
  Layout layout(expr);
  layout.put(expr, 0);
  return std::move(layout.out);
}

}  // namespace tocsin::query
