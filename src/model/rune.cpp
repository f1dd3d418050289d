#include "model/rune.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "model/text.h"

namespace tocsin {
namespace {

using Range = std::pair<char32_t, char32_t>;

constexpr std::array<Range, 13> kNotLetters = {{
    {0x80, 0xA9},
    {0xAB, 0xB4},
    {0xB6, 0xB9},
    {0xBB, 0xBF},
    {0xD7, 0xD7},
    {0xF7, 0xF7},
    {0x2000, 0x206F},    // spaces, dashes, typographic quotes
    {0x20A0, 0x20CF},    // currencies
    {0x2190, 0x2BFF},    // arrows, mathematics, boxes, dingbats
    {0x3000, 0x3004},    // CJK punctuation
    {0x3008, 0x3020},    // CJK brackets
    {0xFFF0, 0xFFFF},    // specials, U+FFFD among them
    {0x1F000, 0x1FAFF},  // pictures
}};

constexpr std::array<Range, 10> kNotPrintable = {{
    {0x00, 0x1F},
    {0x7F, 0xA0},
    {0xAD, 0xAD},
    {0x2000, 0x200F},
    {0x2028, 0x202F},
    {0x205F, 0x206F},
    {0x3000, 0x3000},
    {0xD800, 0xF8FF},  // surrogates and private use
    {0xFEFF, 0xFEFF},
    {0xFFF0, 0xFFFB},
}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& r) { return code >= r.first && code <= r.second; });
}

bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

struct Shape {
  std::size_t length;
  unsigned char payload;  // bits of the first byte
  char32_t smallest;      // anything less is an overlong form
};

Shape shape_of(unsigned char first) {
  if (first >= 0xF0 && first <= 0xF4) return {4, 0x07, 0x10000};
  if (first >= 0xE0 && first < 0xF0) return {3, 0x0F, 0x800};
  if (first >= 0xC2 && first < 0xE0) return {2, 0x1F, 0x80};
  return {0, 0, 0};
}

}  // namespace

Rune decode_rune(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  const Shape shape = shape_of(first);
  if (shape.length == 0 || text.size() < shape.length) return {};
  char32_t code = first & shape.payload;
  for (std::size_t i = 1; i < shape.length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if (!is_continuation(next)) return {};
    code = (code << 6) | (next & 0x3F);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < shape.smallest || code > 0x10FFFF || surrogate) return {};
  return {code, shape.length};
}

void append_rune(std::string& out, char32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = kBadRune;
  const auto byte = [&out](char32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
    return;
  }
  if (code < 0x800) {
    byte(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      byte(0xE0 | (code >> 12));
    } else {
      byte(0xF0 | (code >> 18));
      byte(0x80 | ((code >> 12) & 0x3F));
    }
    byte(0x80 | ((code >> 6) & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

bool is_alphanumeric(char32_t code) {
  if (code < 0x80) {
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
           (code >= '0' && code <= '9') || code == '_';
  }
  return !within(kNotLetters, code);
}

bool is_printable(char32_t code) { return !within(kNotPrintable, code); }

std::string describe_rune(char32_t code) {
  std::string out = fmt::format("U+{:04X}", static_cast<std::uint32_t>(code));
  if (is_printable(code)) {
    out += " '";
    append_rune(out, code);
    out += '\'';
  }
  return out;
}

char32_t to_upper(char32_t code) {
  if (code < 0x80) return code >= 'a' && code <= 'z' ? code - 32 : code;
  if ((code >= 0xE0 && code <= 0xFE && code != 0xF7)) return code - 32;
  if (code == 0xFF) return 0x178;
  const bool odd_is_small = (code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177);
  if (odd_is_small && code != 0x131) return code & ~char32_t{1};
  const bool even_is_small = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);
  if (even_is_small && code % 2 == 0) return code - 1;
  if (code >= 0x3B1 && code <= 0x3C9 && code != 0x3C2) return code - 32;
  if (code >= 0x430 && code <= 0x44F) return code - 32;
  if (code >= 0x450 && code <= 0x45F) return code - 80;
  return code;
}

char32_t to_lower(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  if (code >= 0xC0 && code <= 0xDE && code != 0xD7) return code + 32;
  if (code == 0x178) return 0xFF;
  const bool even_is_large = (code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177);
  if (even_is_large && code != 0x130) return code | 1;
  const bool odd_is_large = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);
  if (odd_is_large && code % 2 == 1) return code + 1;
  if (code >= 0x391 && code <= 0x3A9 && code != 0x3A2) return code + 32;
  if (code >= 0x410 && code <= 0x42F) return code + 32;
  if (code >= 0x400 && code <= 0x40F) return code + 80;
  return code;
}

}  // namespace tocsin
