#include "notifiers/plain_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"
#include "notifiers/runes.h"

namespace tocsin::notifiers {
namespace {

/// Line breaks of other worlds: NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR.
bool is_line_break(char32_t code) {
  return code == '\n' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

/// Control characters, and format characters that hide or reorder text. The joiners U+200C and
/// U+200D stay: scripts and emoji need them.
bool is_deceptive(char32_t code) {
  const auto within = [code](char32_t first, char32_t last) {
    return code >= first && code <= last;
  };
  return code < 0x20 || within(0x7F, 0x9F) || code == 0xAD || code == 0x61C || code == 0x180E ||
         code == 0x200B || within(0x200E, 0x200F) || within(0x202A, 0x202E) ||
         within(0x2060, 0x206F) || code == 0xFEFF || within(0xFFF9, 0xFFFB) ||
         within(0xE0000, 0xE007F);
}

std::string visible(char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (number < 0x100) return fmt::format("\\x{:02x}", number);
  return number < 0x10000 ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
}

void append_printable(std::string& out, const Rune& rune) {
  if (!rune.valid) {
    out += kReplacement;
  } else if (is_line_break(rune.code)) {
    out += '\n';
  } else if (rune.code != '\t' && is_deceptive(rune.code)) {
    out += visible(rune.code);
  } else {
    out += rune.bytes;
  }
}

/// Enough bytes for `limit` code points and a bit, so that cutting the rest still shows.
std::string_view head(std::string_view text, std::size_t limit) {
  constexpr std::size_t kLongestRune = 4;
  return text.substr(0, kLongestRune * (limit + 1));
}

/// Host, port; no user info.
bool is_authority(std::string_view text) {
  return !text.empty() && text.front() != ':' && std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view kPunctuation = ".-:[]_~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPunctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with('\r')) {
      out += '\n';
      text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
      continue;
    }
    const Rune rune = first_rune(text);
    append_printable(out, rune);
    text.remove_prefix(rune.bytes.size());
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out = printable(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  std::replace(out.begin(), out.end(), '\t', ' ');
  out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

std::string printable(std::string_view text, std::size_t limit) {
  return truncate_runes(printable(head(text, limit)), limit);
}

std::string one_line(std::string_view text, std::size_t limit) {
  return truncate_runes(one_line(head(text, limit)), limit);
}

std::optional<std::string> web_url(std::string_view text) {
  constexpr std::size_t kLongest = 2048;
  const std::size_t scheme =
      text.starts_with("https://") ? 8 : (text.starts_with("http://") ? 7 : 0);
  if (scheme == 0 || text.size() > kLongest || !is_utf8(text)) return std::nullopt;
  const std::size_t path = std::min(text.find_first_of("/?#", scheme), text.size());
  if (!is_authority(text.substr(scheme, path - scheme))) return std::nullopt;
  std::string url(text.substr(0, path));
  for (const char c : text.substr(path)) {
    constexpr std::string_view kEncoded = "<>\"'`|\\^{}()[]*";
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F) return std::nullopt;
    if (byte >= 0x80 || kEncoded.find(c) != std::string_view::npos) {
      url += fmt::format("%{:02X}", byte);
    } else {
      url += c;
    }
  }
  return url.size() <= kLongest ? std::optional(url) : std::nullopt;
}

}  // namespace tocsin::notifiers
