// Number and character constants of templates.
#pragma once

#include <string_view>

#include "template/tree.h"

namespace tocsin::tmpl {

/// The value of a number ("0x1F", "1_000", "1e3", "-.5") or character constant ("'a'", "'\n'").
/// Throws Error.
Number parse_number(std::string_view source);

}  // namespace tocsin::tmpl
