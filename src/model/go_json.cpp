#include "model/go_json.h"

#include <algorithm>
#include <array>

#include "model/rune.h"

namespace tocsin {
namespace {

constexpr std::string_view kHexadecimal = "0123456789abcdef";

/// ASCII that stands for itself.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) {
    table[byte] =
        std::string_view("\"\\<>&").find(static_cast<char>(byte)) == std::string_view::npos;
  }
  return table;
}();

std::size_t plain_length(std::string_view text) {
  const auto end =
      std::ranges::find_if(text, [](char c) { return !kPlain[static_cast<unsigned char>(c)]; });
  return static_cast<std::size_t>(end - text.begin());
}

void append_ascii(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  constexpr std::string_view kNamed = "\b\f\n\r\t\"\\";
  constexpr std::string_view kNames = "bfnrt\"\\";
  if (const std::size_t at = kNamed.find(c); at != std::string_view::npos) {
    out += '\\';
    out += kNames[at];
  } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
    out += "\\u00";
    out += kHexadecimal[byte >> 4];
    out += kHexadecimal[byte & 0x0F];
  } else {
    out += c;
  }
}

}  // namespace

void append_go_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    if (const std::size_t plain = plain_length(text); plain > 0) {
      out += text.substr(0, plain);
      text.remove_prefix(plain);
      continue;
    }
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_ascii(out, text.front());
      text.remove_prefix(1);
      continue;
    }
    const Rune rune = decode_rune(text);
    if (rune.length == 1) {
      out += "\\ufffd";
    } else if (rune.code == 0x2028 || rune.code == 0x2029) {
      out += rune.code == 0x2028 ? "\\u2028" : "\\u2029";
    } else {
      out += text.substr(0, rune.length);
    }
    text.remove_prefix(rune.length);
  }
  out += '"';
}

}  // namespace tocsin
