// Base64 with the alphabet for URLs, as Go's base64.URLEncoding.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::tmpl {

std::string base64_encode(std::string_view text);
/// Throws Error. Line ends within the text are left out.
std::string base64_decode(std::string_view text);

}  // namespace tocsin::tmpl
