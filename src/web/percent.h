// Percent-encoding: what is written in a request's target and in forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::web {

/// The text that %XX stand for; nullopt when one of them is cut short or is not hexadecimal.
/// `plus_is_blank`: as in queries and forms.
std::optional<std::string> decode_percent(std::string_view text, bool plus_is_blank = false);

/// The fields of a query or of an application/x-www-form-urlencoded body, in order; nullopt when
/// decode_percent() does not like one of them.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text);

}  // namespace tocsin::web
