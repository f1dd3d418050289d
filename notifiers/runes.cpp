#include "notifiers/runes.h"

#include "model/text.h"

namespace tocsin::notifiers {
namespace {

std::size_t announced_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xF0) return 4;
  return first >= 0xE0 ? 3 : 2;
}

char32_t decoded(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  char32_t code = first & (0xFFU >> (bytes.size() + 1));
  for (const char c : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

}  // namespace

Rune first_rune(std::string_view text) {
  const std::size_t length = announced_length(static_cast<unsigned char>(text[0]));
  const std::string_view bytes = text.substr(0, length);
  if (bytes.size() < length || !is_utf8(bytes)) return {0xFFFD, text.substr(0, 1), false};
  return {decoded(bytes), bytes, true};
}

}  // namespace tocsin::notifiers
