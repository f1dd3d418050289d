#include "template/base64.h"

#include <cstdint>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::tmpl {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

[[noreturn]] void refuse(std::size_t at) {
  throw Error(fmt::format("illegal base64 data at input byte {}", at));
}

/// The four characters of one group, the places of '=' as nothing.
struct Group {
  std::uint32_t bits = 0;
  int characters = 0;
};

void append_bytes(std::string& out, Group group) {
  const std::uint32_t bits = group.bits << (6 * (4 - group.characters));
  for (int i = 0; i + 1 < group.characters; ++i) {
    out += static_cast<char>((bits >> (16 - 8 * i)) & 0xFF);
  }
}

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

/// What follows the first '=' of a group: another one if two characters came before, then nothing.
void check_padding(std::string_view text, std::size_t at, int characters) {
  const auto skip = [&] {
    while (at < text.size() && is_line_end(text[at])) ++at;
  };
  if (characters < 2) refuse(at);
  ++at;
  if (characters == 2) {
    skip();
    if (at == text.size()) refuse(text.size());
    if (text[at] != '=') refuse(at);
    ++at;
  }
  skip();
  if (at < text.size()) refuse(at);
}

}  // namespace

std::string base64_encode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    const std::size_t bytes = std::min<std::size_t>(3, text.size() - i);
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < bytes ? static_cast<unsigned char>(text[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= bytes ? kAlphabet[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

std::string base64_decode(std::string_view text) {
  std::string out;
  Group group;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_line_end(text[at])) continue;
    if (text[at] == '=') {
      check_padding(text, at, group.characters);
      append_bytes(out, group);
      return out;
    }
    const std::size_t digit = kAlphabet.find(text[at]);
    if (digit == std::string_view::npos) refuse(at);
    group.bits = group.bits << 6 | static_cast<std::uint32_t>(digit);
    if (++group.characters < 4) continue;
    append_bytes(out, group);
    group = {};
  }
  if (group.characters > 0) refuse(text.size() - static_cast<std::size_t>(group.characters));
  return out;
}

}  // namespace tocsin::tmpl
