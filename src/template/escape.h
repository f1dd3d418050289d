// Text made safe for other languages, as Go's template functions html and js do.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::tmpl {

std::string escape_html(std::string_view text);
std::string escape_script(std::string_view text);

}  // namespace tocsin::tmpl
