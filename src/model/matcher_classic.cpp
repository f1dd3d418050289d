// The grammar of matchers before UTF-8 names: `name op value`, the value bare or in double quotes.
// Source: alertmanager pkg/labels/parse.go.
#include <fmt/format.h>

#include "model/error.h"
#include "model/matcher_grammar.h"

namespace tocsin {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

[[noreturn]] void refuse_quote(std::string_view raw) {
  throw Error(fmt::format("matcher value contains unescaped double quote: {}", raw));
}

/// What a backslash and the character after it stand for: only \" \n and \\ are escapes.
std::string unescaped(char after) {
  if (after == 'n') return "\n";
  if (after == '"' || after == '\\') return std::string(1, after);
  return {'\\', after};
}

std::string classic_value(std::string_view raw) {
  std::string_view rest = raw;
  bool open = rest.starts_with('"');
  if (open) rest.remove_prefix(1);
  std::string value;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\\' && !rest.empty()) {
      value += unescaped(rest.front());
      rest.remove_prefix(1);
    } else if (c != '"') {
      value += c;
    } else if (open && rest.empty()) {
      open = false;
    } else {
      refuse_quote(raw);
    }
  }
  if (open) refuse_quote(raw);
  return value;
}

/// Splits at commas outside of quotes. An escaped quote neither opens nor closes any.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  bool escaped = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && !quoted) {
      pieces.push_back(text.substr(from, i - from));
      from = i + 1;
    } else if (text[i] == '"' && !escaped) {
      quoted = !quoted;
    }
    escaped = text[i] == '\\' && !escaped;
  }
  if (!trimmed(text.substr(from)).empty()) pieces.push_back(text.substr(from));
  return pieces;
}

std::size_t name_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_legacy_metric_name(text.substr(0, length + 1))) ++length;
  return length;
}

}  // namespace

Matcher parse_classic_one(std::string_view text) {
  const std::string_view whole = trimmed(text);
  const std::string_view name = whole.substr(0, name_length(whole));
  std::string_view rest = trimmed(whole.substr(name.size()));
  const std::optional<MatchOp> op = take_operator(rest);
  if (name.empty() || !op) throw Error(fmt::format("bad matcher format: {}", whole));
  return {std::string(name), *op, classic_value(trimmed(rest))};
}

Matchers parse_classic_list(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('{')) rest.remove_prefix(1);
  if (rest.ends_with('}')) rest.remove_suffix(1);
  Matchers matchers;
  for (const std::string_view piece : split(rest)) matchers.push_back(parse_classic_one(piece));
  return matchers;
}

}  // namespace tocsin
