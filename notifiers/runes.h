// Text by code points, where the bytes may be anything.
#pragma once

#include <string_view>

namespace tocsin::notifiers {

struct Rune {
  char32_t code = 0;
  std::string_view bytes;  ///< of the text it was taken from
  bool valid = true;       ///< else it is one malformed byte, and `code` is U+FFFD
};

/// REQUIRES: not empty.
Rune first_rune(std::string_view text);

/// U+FFFD in UTF-8.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace tocsin::notifiers
