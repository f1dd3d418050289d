#include "cli/query_text.h"

#include <array>

#include <fmt/format.h>

#include "model/rune.h"
#include "model/text.h"
#include "web/query_json.h"

namespace tocsin::cli {
namespace {

struct Range {
  char32_t first, last;
};

// Blocks of Unicode, not single characters: near enough for a table.
constexpr std::array<Range, 12> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0xA4CF},
                                          {0xA960, 0xA97C},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0xFFE0, 0xFFE6},
                                          {0x1F300, 0x1F64F},
                                          {0x1F680, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 6> kCombining = {{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x20D0, 0x20F0},
                                              {0xFE00, 0xFE0F},
                                              {0xFE20, 0xFE2F}}};

template <std::size_t size>
bool within(const std::array<Range, size>& ranges, char32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

std::size_t columns_of(char32_t code) {
  if (code < 0x300) return 1;
  return within(kCombining, code) ? 0 : within(kWide, code) ? 2 : 1;
}

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const auto code = static_cast<std::uint32_t>(rune.code);
    if (rune.code == kBadRune && rune.length == 1) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (is_printable(rune.code)) {
      out += text.substr(0, rune.length);
    } else if (rune.code == '\n') {
      out += "\\n";
    } else if (rune.code == '\t') {
      out += "\\t";
    } else if (code < 0x80) {
      out += fmt::format("\\x{:02x}", code);
    } else {
      out += code > 0xFFFF ? fmt::format("\\U{:08x}", code) : fmt::format("\\u{:04x}", code);
    }
    text.remove_prefix(rune.length);
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    columns += columns_of(rune.code);
    text.remove_prefix(rune.length);
  }
  return columns;
}

std::string left_aligned(std::string_view text, std::size_t columns) {
  const std::size_t used = columns_of(text);
  return std::string(text) + std::string(columns > used ? columns - used : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t columns) {
  const std::size_t used = columns_of(text);
  return std::string(columns > used ? columns - used : 0, ' ') + std::string(text);
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  std::size_t used = 1;
  std::size_t end = 0;
  while (end < text.size()) {
    const Rune rune = decode_rune(text.substr(end));
    used += columns_of(rune.code);
    if (used > columns) break;
    end += rune.length;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string series_text(const Labels& labels) {
  const std::string_view name = labels.get(kMetricName);
  const bool plain = is_legacy_metric_name(name);
  std::string inside = plain || name.empty() ? "" : quote(name);
  for (const LabelView& label : labels) {
    if (label.name == kMetricName) continue;
    const bool legacy = is_legacy_label_name(label.name);
    inside += fmt::format("{}{}={}", inside.empty() ? "" : ", ",
                          legacy ? label.name : quote(label.name), quote(label.value));
  }
  if (inside.empty() && plain) return std::string(name);
  return fmt::format("{}{{{}}}", plain ? name : "", inside);
}

std::string value_text(double value) { return web::value_text(value); }

}  // namespace tocsin::cli
