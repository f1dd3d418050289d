// What a slash in a script means depends on what stands before it.
#pragma once

#include <string_view>

#include "template/html/context.h"

namespace tocsin::tmpl::html {

/// The context behind code without strings, comments and regular expressions.
JsContext next_js_context(std::string_view code, JsContext before);
std::string_view without_js_space_at_end(std::string_view text);
/// A letter, digit, _ or $.
bool is_js_name(char c);

}  // namespace tocsin::tmpl::html
