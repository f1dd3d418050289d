// sort and its kin. They order what an instant query gives; a range query is ordered by labels.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "query/engine/calls.h"

namespace tocsin::query {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes a run of digits, or of others, from the front.
std::string_view take_run(std::string_view& text) {
  std::size_t end = 1;
  while (end < text.size() && is_digit(text[end]) == is_digit(text[0])) ++end;
  const std::string_view run = text.substr(0, end);
  text.remove_prefix(end);
  return run;
}

int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

/// "node9" before "node10".
int compare_naturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view x = take_run(a);
    const std::string_view y = take_run(b);
    const int order = is_digit(x[0]) && is_digit(y[0]) ? compare_numbers(x, y) : x.compare(y);
    if (order != 0) return order;
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

bool precedes(const Identity& a, const Identity& b, const std::vector<std::string>& names,
              bool descending) {
  for (const std::string& name : names) {
    const int order = compare_naturally(a.get(name), b.get(name));
    if (order != 0) return descending ? order > 0 : order < 0;
  }
  return descending ? b.copy() < a.copy() : a.copy() < b.copy();
}

bool precedes(double a, double b, bool descending) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return descending ? a > b : a < b;
}

/// The rows in another order.
Frame reordered(const Frame& frame, const std::vector<std::size_t>& order) {
  Frame out(frame.steps());
  out.same_name = frame.same_name;
  out.has_histograms = frame.has_histograms;
  out.reserve(order.size());
  for (const std::size_t row : order) {
    const std::span<double> values = out.add(frame.series[row]);
    std::copy(frame.row(row).begin(), frame.row(row).end(), values.begin());
  }
  return out;
}

}  // namespace

bool sorts(FunctionId id) {
  return id == FunctionId::Sort || id == FunctionId::SortDesc || id == FunctionId::SortByLabel ||
         id == FunctionId::SortByLabelDesc;
}

Frame sort_call(Evaluation& evaluation, const Expr& expr, const Call& call) {
  Frame frame = evaluation.vector(*call.arguments[0]);
  const FunctionId id = call.function->id;
  const bool sorts_values = id == FunctionId::Sort || id == FunctionId::SortDesc;
  if (sorts_values) frame.drop_histograms();
  if (evaluation.context().is_range_query) {
    evaluation.context().warn(expr,
                              "sort is ineffective for range queries since results are always "
                              "ordered by labels");
    return frame;
  }
  if (frame.steps() != 1) return frame;
  const bool descending = id == FunctionId::SortDesc || id == FunctionId::SortByLabelDesc;
  std::vector<std::size_t> order(frame.series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (sorts_values) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return precedes(frame.row(a)[0], frame.row(b)[0], descending);
    });
  } else {
    std::vector<std::string> names;
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
      names.push_back(evaluation.text(*call.arguments[i]));
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return precedes(frame.series[a], frame.series[b], names, descending);
    });
  }
  return reordered(frame, order);
}

}  // namespace tocsin::query
