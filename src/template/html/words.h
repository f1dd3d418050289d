// Small questions about text that the machine of contexts asks.
#pragma once

#include <string>
#include <string_view>

#include "model/rune.h"

namespace tocsin::tmpl::html {

/// The first `count` code points.
inline std::string_view first_runes(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (count-- > 0 && end < text.size()) end += decode_rune(text.substr(end)).length;
  return text.substr(0, end);
}

/// What stands in for a value that nothing safe can be made of.
inline constexpr std::string_view kFailsafe = "ZgotmplZ";

}  // namespace tocsin::tmpl::html
