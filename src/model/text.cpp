#include "model/text.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace tocsin {
namespace {

bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

/// Length of the well-formed sequence at the start of `text`, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const auto continued = [&](std::size_t n) {
    for (std::size_t i = 1; i < n; ++i) {
      if (i >= text.size() || !is_continuation(static_cast<unsigned char>(text[i]))) return false;
    }
    return true;
  };
  if (first >= 0xC2 && first <= 0xDF) return continued(2) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continued(3)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continued(4)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

std::size_t rune_length(std::string_view text) {
  return std::max<std::size_t>(1, sequence_length(text));
}

/// Byte offset of the first rune after `runes` runes.
std::size_t offset_of(std::string_view text, std::size_t runes) {
  std::size_t at = 0;
  while (runes > 0 && at < text.size()) {
    at += rune_length(text.substr(at));
    --runes;
  }
  return at;
}

/// The code point of a well-formed sequence of this length.
unsigned decode(std::string_view text, std::size_t length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (length == 1) return byte(0);
  unsigned rune = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) rune = rune << 6 | (byte(i) & 0x3FU);
  return rune;
}

struct Range {
  unsigned first, last;
};

/// Beyond ASCII: control and format characters, blanks other than the ordinary one, private use,
/// noncharacters. Some of them reorder or hide the text around them.
constexpr Range kInvisible[] = {
    {0x80, 0xA0},     {0xAD, 0xAD},       {0x600, 0x605},      {0x61C, 0x61C},   {0x6DD, 0x6DD},
    {0x70F, 0x70F},   {0x1680, 0x1680},   {0x180E, 0x180E},    {0x2000, 0x200F}, {0x2028, 0x202F},
    {0x205F, 0x206F}, {0x3000, 0x3000},   {0xE000, 0xF8FF},    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF}, {0xE0000, 0xE00FF}, {0xF0000, 0x10FFFF},
};

/// Unicode's White_Space.
constexpr Range kSpaces[] = {
    {0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

template <std::size_t N>
bool within(const Range (&ranges)[N], unsigned rune) {
  return std::any_of(std::begin(ranges), std::end(ranges), [rune](const Range& range) {
    return range.first <= rune && rune <= range.last;
  });
}

void append_quoted(std::string& out, char c) {
  constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\"\\";
  constexpr std::string_view kLetters = "abfnrtv\"\\";
  if (const std::size_t at = kEscaped.find(c); at != std::string_view::npos) {
    out += '\\';
    out += kLetters[at];
  } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto ascii =
        std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    text.remove_prefix(static_cast<std::size_t>(ascii - text.begin()));
    if (text.empty()) return true;
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const std::size_t length = sequence_length(rest);
    if (length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest.front()));
    } else if (length == 1) {
      append_quoted(out, rest.front());
    } else if (const unsigned rune = decode(rest, length); within(kInvisible, rune)) {
      out += rune < 0x10000 ? fmt::format("\\u{:04x}", rune) : fmt::format("\\U{:08x}", rune);
    } else {
      out += rest.substr(0, length);
    }
    at += std::max<std::size_t>(1, length);
  }
  return out + '"';
}

std::size_t leading_space(std::string_view text) {
  const std::size_t length = text.empty() ? 0 : sequence_length(text);
  if (length == 0) return 0;
  return within(kSpaces, decode(text, length)) ? length : 0;
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return std::string(best);
}

std::size_t count_runes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += rune_length(text.substr(at));
  return count;
}

std::string truncate_runes(std::string_view text, std::size_t limit) {
  const std::size_t end = offset_of(text, limit);
  if (end >= text.size()) return std::string(text);
  if (limit <= 3) return std::string(text.substr(0, end));
  return std::string(text.substr(0, offset_of(text, limit - 1))) + "…";
}

std::string escape_query(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0x0F];
    }
  }
  return out;
}

std::string escape_path_segment(std::string_view text) {
  std::string out;
  for (const char c : escape_query(text)) {
    if (c == '+') {
      out += "%20";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace tocsin
