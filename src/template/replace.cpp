#include "template/replace.h"

#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/expand.h"
#include "model/rune.h"
#include "model/text.h"
#include "template/limits.h"

namespace tocsin::tmpl {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

void check(const RE2& regex, std::string_view pattern) {
  if (regex.ok()) return;
  throw Error(fmt::format("error parsing regexp: {}: {}", regex.error(), quote(pattern)));
}

void append_limited(std::string& out, std::string_view text) {
  check_text_length(out.size() + text.size());
  out += text;
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
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) +
                                       1);
  std::string out;
  std::size_t at = 0;      // what is searched from here
  std::size_t copied = 0;  // what is in `out` up to here
  while (at <= text.size() && regex.Match(piece(text), at, text.size(), RE2::UNANCHORED,
                                          groups.data(), static_cast<int>(groups.size()))) {
    const auto start = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = start + groups[0].size();
    append_limited(out, text.substr(copied, start - copied));
    // An empty match right after the last one does not count.
    if (end > copied || start == 0) {
      expand(regex, groups, replacement,
             [&out](std::string_view part) { append_limited(out, part); });
    }
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
