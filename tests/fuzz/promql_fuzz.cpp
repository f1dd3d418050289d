// Whatever a PromQL expression is, it is refused with a place that exists, or what is printed of
// it, on one line and on several, reads back as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/error.h"
#include "model/text.h"
#include "query/syntax/parse.h"
#include "query/syntax/print.h"

namespace {

using tocsin::query::Expr;
using tocsin::query::ParseOptions;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Every node stands within its parent; the modifiers of a range selector, which its vector
/// selector holds, within the former.
void check_places(const Expr& expr, tocsin::query::Span around) {
  require(expr.span.begin >= around.begin && expr.span.end <= around.end);
  require(expr.span.begin < expr.span.end);
  const bool is_selector = expr.as<tocsin::query::VectorSelector>() != nullptr;
  tocsin::query::for_each_child(expr, [&](const Expr& child) {
    require(child.depth < expr.depth);
    check_places(child, is_selector ? around : expr.span);
  });
}

void check_print(const Expr& expr, const std::string& printed) {
  if (printed.size() > tocsin::query::kMaxExpression) return;
  const auto again = tocsin::query::parse_expression(printed, {.experimental = true});
  require(again.expr != nullptr);
  require(tocsin::query::equal(expr, *again.expr));
  require(tocsin::query::to_string(*again.expr) == tocsin::query::to_string(expr));
}

void check_expression(std::string_view text, const ParseOptions& options) {
  const auto parsed = tocsin::query::parse_expression(text, options);
  require((parsed.expr == nullptr) != parsed.errors.empty());
  for (const auto& error : parsed.errors) {
    require(error.where.begin <= text.size() && error.where.end <= text.size());
    require(!error.message.empty() && tocsin::is_utf8(error.message));
    require(tocsin::query::to_string(error, text).find(": parse error: ") != std::string::npos);
  }
  if (parsed.expr == nullptr) return;
  check_places(*parsed.expr, {0, static_cast<std::uint32_t>(text.size())});
  check_print(*parsed.expr, tocsin::query::to_string(*parsed.expr));
  check_print(*parsed.expr, tocsin::query::pretty(*parsed.expr));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_expression(text, {.experimental = false});
  check_expression(text, {.experimental = true});
  try {
    tocsin::query::parse_selector(text);
  } catch (const tocsin::Error&) {
  }
  return 0;
}
