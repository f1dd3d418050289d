#include "model/excerpt.h"

#include <algorithm>

#include "model/text.h"

namespace tocsin {
namespace {

constexpr std::size_t kBefore = 60;  // bytes that are shown of a long line
constexpr std::size_t kAfter = 40;
constexpr std::string_view kCut = "…";

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Bytes from 0x80 on belong to characters or are malformed; the terminal shows either.
std::string printable(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, ' ');
  return result;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t line_begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t line_end = std::min(text.find('\n', offset), text.size());
  std::size_t begin = offset - line_begin > kBefore ? offset - kBefore : line_begin;
  std::size_t end = line_end - offset > kAfter ? offset + kAfter : line_end;
  while (begin > line_begin && continues_character(text[begin])) --begin;
  while (end < line_end && continues_character(text[end])) ++end;

  const std::string left =
      (begin > line_begin ? std::string(kCut) : "") + printable(text.substr(begin, offset - begin));
  const std::string right =
      printable(text.substr(offset, end - offset)) + (end < line_end ? std::string(kCut) : "");
  return left + right + "\n" + std::string(count_runes(left), ' ') + "^";
}

}  // namespace tocsin
