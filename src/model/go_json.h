// JSON strings as Go's encoder writes them.
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

/// A JSON string with <, > and & as \u003c …, malformed bytes as \ufffd.
void append_go_json(std::string& out, std::string_view text);

}  // namespace tocsin
