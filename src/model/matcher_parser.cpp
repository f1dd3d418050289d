// Which grammar of matchers a text is read with, and the rule for when the two disagree.
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "model/error.h"
#include "model/matcher.h"
#include "model/matcher_grammar.h"
#include "model/text.h"

namespace tocsin {
namespace {

constexpr std::size_t kMaxLength = std::size_t{64} * 1024;

using Attempt = std::variant<Matchers, Error>;
using Grammar = Matchers (*)(std::string_view);

Attempt attempt(Grammar parse, std::string_view text) {
  try {
    return parse(text);
  } catch (const Error& error) {
    return error;
  }
}

ParsedMatchers fall_back(std::string_view text, Grammar parse_classic, Grammar parse_utf8) {
  Attempt classic = attempt(parse_classic, text);
  Attempt utf8 = attempt(parse_utf8, text);
  auto* of_classic = std::get_if<Matchers>(&classic);
  auto* of_utf8 = std::get_if<Matchers>(&utf8);
  if (of_classic == nullptr && of_utf8 == nullptr) throw std::get<Error>(classic);
  if (of_classic == nullptr) return {std::move(*of_utf8), ""};
  if (of_utf8 == nullptr) {
    return {*of_classic, fmt::format("{} is only valid in the classic syntax; write it as {}",
                                     quote(text), to_string(*of_classic))};
  }
  if (*of_classic == *of_utf8) return {std::move(*of_classic), ""};
  return {*of_classic, fmt::format("{} means {} in the classic syntax, which is taken, but {} in "
                                   "the UTF-8 syntax; quote the values to make it clear",
                                   quote(text), to_string(*of_classic), to_string(*of_utf8))};
}

ParsedMatchers parse(std::string_view text, MatcherSyntax syntax, Grammar classic, Grammar utf8) {
  if (text.size() > kMaxLength) {
    throw Error(
        fmt::format("matchers are limited to {} bytes, these have {}", kMaxLength, text.size()));
  }
  if (!is_utf8(text)) throw Error(fmt::format("matchers are not valid UTF-8: {}", quote(text)));
  switch (syntax) {
    case MatcherSyntax::Classic:
      return {classic(text), ""};
    case MatcherSyntax::Utf8:
      return {utf8(text), ""};
    case MatcherSyntax::Fallback:
      break;
  }
  return fall_back(text, classic, utf8);
}

Matchers utf8_one(std::string_view text) {
  Matchers matchers = parse_utf8_list(text);
  if (matchers.size() != 1) {
    throw Error(fmt::format("expected 1 matcher, found {}: {}", matchers.size(), text));
  }
  return matchers;
}

}  // namespace

std::optional<MatchOp> take_operator(std::string_view& rest) {
  for (const MatchOp op :
       {MatchOp::Regex, MatchOp::NotRegex, MatchOp::NotEqual, MatchOp::Equal}) {  // "=~" before "="
    if (!rest.starts_with(to_string(op))) continue;
    rest.remove_prefix(to_string(op).size());
    return op;
  }
  return std::nullopt;
}

ParsedMatchers parse_matchers(std::string_view text, MatcherSyntax syntax) {
  return parse(text, syntax, parse_classic_list, parse_utf8_list);
}

Matcher parse_matcher(std::string_view text, MatcherSyntax syntax) {
  if (text.starts_with('{') || text.ends_with('}')) {
    throw Error(fmt::format("unexpected open or close brace: {}", text));
  }
  const Grammar classic = [](std::string_view one) { return Matchers{parse_classic_one(one)}; };
  return std::move(parse(text, syntax, classic, utf8_one).matchers.front());
}

}  // namespace tocsin
