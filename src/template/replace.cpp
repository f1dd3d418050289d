#include "template/replace.h"

#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/text.h"
#include "template/limits.h"
#include "template/rune.h"

namespace tocsin::tmpl {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

void check(const RE2& regex, std::string_view pattern) {
  if (regex.ok()) return;
  throw Error(fmt::format("error parsing regexp: {}: {}", regex.error(), quote(pattern)));
}

using Groups = std::vector<re2::StringPiece>;

std::string_view group(const Groups& groups, std::size_t number) {
  if (number >= groups.size() || groups[number].data() == nullptr) return "";
  return {groups[number].data(), groups[number].size()};
}

/// The group that a name or number means; the last one of a name, as in Go.
std::string_view named_group(const RE2& regex, const Groups& groups, std::string_view name) {
  std::size_t number = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, number);
  if (error == std::errc() && stop == end) return group(groups, number);
  const auto& names = regex.NamedCapturingGroups();
  const auto found = names.find(std::string(name));
  return found == names.end() ? "" : group(groups, static_cast<std::size_t>(found->second));
}

/// Takes the name after a $ from the front of `rest`; empty (and nothing taken) when there is none.
std::string_view take_name(std::string_view& rest) {
  const bool braces = rest.starts_with('{');
  const std::string_view inside = rest.substr(braces ? 1 : 0);
  std::size_t end = 0;
  while (end < inside.size()) {
    const Rune rune = decode_rune(inside.substr(end));
    if (!is_alphanumeric(rune.code)) break;
    end += rune.length;
  }
  if (end == 0 || (braces && (end >= inside.size() || inside[end] != '}'))) return "";
  rest = inside.substr(end + (braces ? 1 : 0));
  return inside.substr(0, end);
}

void append_limited(std::string& out, std::string_view text) {
  check_text_length(out.size() + text.size());
  out += text;
}

void append_replacement(std::string& out, const RE2& regex, const Groups& groups,
                        std::string_view replacement) {
  while (!replacement.empty()) {
    const std::size_t dollar = std::min(replacement.find('$'), replacement.size());
    append_limited(out, replacement.substr(0, dollar));
    replacement.remove_prefix(dollar);
    if (replacement.empty()) return;
    replacement.remove_prefix(1);
    if (replacement.starts_with('$')) {
      replacement.remove_prefix(1);
      append_limited(out, "$");
      continue;
    }
    const std::string_view name = take_name(replacement);
    append_limited(out, name.empty() ? "$" : named_group(regex, groups, name));
  }
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  const RE2 regex(piece(pattern), RE2::Quiet);
  check(regex, pattern);
  return RE2::PartialMatch(piece(text), regex);
}

std::string replace_all(std::string_view pattern, std::string_view replacement,
                        std::string_view text) {
  const RE2 regex(piece(pattern), RE2::Quiet);
  check(regex, pattern);
  Groups groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1);
  std::string out;
  std::size_t at = 0;      // what is searched from here
  std::size_t copied = 0;  // what is in `out` up to here
  while (at <= text.size() && regex.Match(piece(text), at, text.size(), RE2::UNANCHORED,
                                          groups.data(), static_cast<int>(groups.size()))) {
    const auto start = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = start + groups[0].size();
    append_limited(out, text.substr(copied, start - copied));
    // An empty match right after the last one does not count.
    if (end > copied || start == 0) append_replacement(out, regex, groups, replacement);
    copied = end;
    at = end;
    if (groups[0].empty()) {
      const std::size_t step = end < text.size() ? decode_rune(text.substr(end)).length : 1;
      at = end + step;
    }
  }
  append_limited(out, text.substr(std::min(copied, text.size())));
  return out;
}

}  // namespace tocsin::tmpl
