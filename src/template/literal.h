// The values of Go's number, character and string constants.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "template/tree.h"

namespace tocsin::tmpl {

/// The text that a quoted ("…") or raw (`…`) string stands for; nullopt for a bad escape.
std::optional<std::string> unquote(std::string_view source);

/// The value of a number ("0x1F", "1_000", "1e3", "-.5") or character constant ("'a'", "'\n'").
/// Throws Error.
Number parse_number(std::string_view source);

}  // namespace tocsin::tmpl
