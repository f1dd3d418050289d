// Text for terminals: nothing that was read from outside may move the cursor or change colours.
#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"

namespace tocsin::cli {

/// With control, invisible and malformed characters as Go's escapes, "\x1b", "\u202e".
std::string for_terminal(std::string_view text);

/// How many columns of a terminal it takes (East Asian characters and pictures take two, combining
/// ones none).
std::size_t columns_of(std::string_view text);

/// With blanks behind or in front of it.
std::string left_aligned(std::string_view text, std::size_t columns);
std::string right_aligned(std::string_view text, std::size_t columns);
/// The beginning, with "…" where something was cut off.
std::string cut_to(std::string_view text, std::size_t columns);

/// up{job="a"}, safe for terminals.
std::string series_text(const Labels& labels);

/// A value as Prometheus' API writes it.
std::string value_text(double value);

}  // namespace tocsin::cli
