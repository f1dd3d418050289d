// Code points, as Go and the languages that follow it look at them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin {

inline constexpr char32_t kBadRune = 0xFFFD;

struct Rune {
  char32_t code = kBadRune;  ///< U+FFFD for a malformed byte
  std::size_t length = 1;    ///< bytes
};

/// The first code point. REQUIRES: not empty.
Rune decode_rune(std::string_view text);
/// UTF-8; U+FFFD for what is no code point.
void append_rune(std::string& out, char32_t code);

/// Letters, digits and underscore. Beyond ASCII everything counts as a letter except what is known
/// to be punctuation, a symbol or a blank.
bool is_alphanumeric(char32_t code);
/// Whether Go would print it as it is.
bool is_printable(char32_t code);
/// U+201C '“'
std::string describe_rune(char32_t code);

/// Simple case mapping of Latin, Greek and Cyrillic letters.
char32_t to_upper(char32_t code);
char32_t to_lower(char32_t code);

}  // namespace tocsin
