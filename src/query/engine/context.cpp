#include "query/engine/context.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "query/syntax/print.h"

namespace tocsin::query {

std::string go_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char scientific[32];
  const auto [end, error] = std::to_chars(std::begin(scientific), std::end(scientific), value,
                                          std::chars_format::scientific);
  std::string text(scientific, end);
  int exponent = 0;
  const char* sign = text.c_str() + text.find('e') + 1;
  std::from_chars(sign + (*sign == '+' ? 1 : 0), text.c_str() + text.size(), exponent);
  return exponent < -4 || exponent >= 6 ? text : format_number(value);
}

void Context::hold(std::size_t samples) {
  check_cancelled();
  held_ += samples;
  if (held_ > settings.max_samples) {
    throw EvaluationError(
        "query processing would load too many samples into memory in query execution");
  }
}

void Context::check_cancelled() const {
  if (settings.cancelled != nullptr && settings.cancelled->load(std::memory_order_relaxed)) {
    throw EvaluationError("query was canceled in expression evaluation");
  }
}

void Context::note(std::vector<std::string>& notes, std::string_view kind, const Expr& where,
                   std::string_view message) {
  const std::string_view before = text_.substr(0, where.span.begin);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  std::string note = fmt::format("PromQL {}: {} ({}:{})", kind, message, line, column);
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

}  // namespace tocsin::query
