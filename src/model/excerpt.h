// The line of a text that is talked about, with a mark under the place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin {

/// The line that has the byte at `offset`, and below it a caret under that byte:
///
///     sum by (job) rate(x[5m])
///                  ^
///
/// With a `length` in bytes there are carets under all of it that stands on the line. A long line
/// is cut to the neighbourhood. What is not printable (control characters, malformed bytes) is
/// shown as a blank. No line break at the end.
std::string excerpt(std::string_view text, std::size_t offset, std::size_t length = 0);

}  // namespace tocsin
