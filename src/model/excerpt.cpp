#include "model/excerpt.h"

#include <algorithm>
#include <vector>

#include "model/rune.h"

namespace tocsin {
namespace {

constexpr std::size_t kBefore = 60;  // characters that are shown in front of the place
constexpr std::size_t kAfter = 40;   // and behind its beginning
constexpr std::size_t kWidest = 4;   // bytes of a character in UTF-8

std::string printable(std::string_view character) {
  const Rune rune = decode_rune(character);
  const bool malformed = rune.code == kBadRune && rune.length == 1;
  return malformed || !is_printable(rune.code) ? " " : std::string(character);
}

/// A line around a place in it.
struct Neighbourhood {
  std::string shown;
  std::size_t before = 0;  ///< columns in front of the place
  std::size_t under = 0;   ///< columns of the place itself
};

/// Where the line is shown from when the place is at `begin`.
std::size_t first_shown(std::string_view line, std::size_t begin) {
  std::vector<std::size_t> starts;
  std::size_t at = begin - std::min(begin, kBefore * kWidest);
  for (; at < begin; at += decode_rune(line.substr(at)).length) starts.push_back(at);
  return starts.empty() ? begin : starts[starts.size() - std::min(starts.size(), kBefore)];
}

/// REQUIRES: begin <= end <= line.size().
Neighbourhood neighbourhood(std::string_view line, std::size_t begin, std::size_t end) {
  Neighbourhood out;
  std::size_t at = first_shown(line, begin);
  if (at > 0) out = {"…", 1, 0};
  const auto show_next = [&] {
    const std::size_t length = decode_rune(line.substr(at)).length;
    out.shown += printable(line.substr(at, length));
    at += length;
  };
  for (; at < begin; ++out.before) show_next();
  for (std::size_t shown = 0; at < line.size() && shown < kAfter; ++shown) {
    if (at < end) ++out.under;
    show_next();
  }
  if (at < line.size()) out.shown += "…";
  return out;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t offset, std::size_t length) {
  offset = std::min(offset, text.size());
  const std::size_t line_begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  const std::string_view line = text.substr(line_begin, text.find('\n', offset) - line_begin);
  const std::size_t begin = offset - line_begin;
  const std::size_t end = begin + std::min(length, line.size() - begin);
  const Neighbourhood out = neighbourhood(line, begin, end);
  return out.shown + "\n" + std::string(out.before, ' ') +
         std::string(std::max<std::size_t>(out.under, 1), '^');
}

}  // namespace tocsin
