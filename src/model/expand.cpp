#include "model/expand.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <re2/re2.h>

#include "model/rune.h"

namespace tocsin {
namespace {

using Groups = std::span<const re2::StringPiece>;

std::string_view group(Groups groups, std::size_t number) {
  if (number >= groups.size() || groups[number].data() == nullptr) return "";
  return {groups[number].data(), groups[number].size()};
}

/// The group that a name or number means; the last one of a name, as in Go.
std::string_view named_group(const RE2& regex, Groups groups, std::string_view name) {
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

}  // namespace

void expand(const re2::RE2& regex, std::span<const re2::StringPiece> groups,
            std::string_view replacement, const std::function<void(std::string_view)>& append) {
  while (!replacement.empty()) {
    const std::size_t dollar = std::min(replacement.find('$'), replacement.size());
    append(replacement.substr(0, dollar));
    replacement.remove_prefix(dollar);
    if (replacement.empty()) return;
    replacement.remove_prefix(1);
    if (replacement.starts_with('$')) {
      replacement.remove_prefix(1);
      append("$");
      continue;
    }
    const std::string_view name = take_name(replacement);
    append(name.empty() ? "$" : named_group(regex, groups, name));
  }
}

}  // namespace tocsin
