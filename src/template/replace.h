// Go's regexp as templates use it, on RE2, which has the same syntax.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::tmpl {

/// regexp.MatchString: anywhere in the text. Throws Error for a bad pattern.
bool matches(std::string_view pattern, std::string_view text);

/// Regexp.ReplaceAllString: $1, $name and ${name} in `replacement` stand for what was matched, $$
/// for a dollar. Throws Error for a bad pattern and when the result is longer than kMaxText.
std::string replace_all(std::string_view pattern, std::string_view replacement,
                        std::string_view text);

}  // namespace tocsin::tmpl
