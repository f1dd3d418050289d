// Messages as plain text: the console, and the text part of mails.
#pragma once

#include <string>
#include <string_view>

#include "notifiers/summary.h"

namespace tocsin::notifiers {

/// All sections, then what they have in common; without the title. What is said about an alert is
/// indented below its own line, so that no text of an alert can pass for another alert.
std::string plain_body(const Summary& summary, const Room& room);

/// Every line that is not empty moved to the right by two blanks.
std::string indented(std::string_view text);

}  // namespace tocsin::notifiers
