#include "config/expression.h"

#include <set>

#include <fmt/format.h>

#include "model/excerpt.h"
#include "query/syntax/parse.h"

namespace tocsin::config {

query::ExprPtr read_expression(File& file, std::string_view text, const PlaceOf& place,
                               const std::string& what) {
  constexpr std::size_t kMostErrors = 5;  // those of one expression resemble each other
  query::Parsed parsed = query::parse_expression(text, {.experimental = true});
  std::set<std::uint32_t> told;  // one complaint for each place: others follow from it
  for (const query::ParseError& error : parsed.errors) {
    if (told.size() == kMostErrors) break;
    if (!told.insert(error.where.begin).second) continue;
    file.problem({place(error.where.begin),
                  fmt::format("{}: {}", what, query::to_string(error, text)),
                  excerpt(text, error.where.begin)});
  }
  return std::move(parsed.expr);
}

}  // namespace tocsin::config
