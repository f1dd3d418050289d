// Untrusted text (labels, annotations, answers of servers) as plain text that can be shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::notifiers {

/// Valid UTF-8 whose only control characters are line breaks and tabs. Malformed bytes become
/// U+FFFD; other control characters and those that nobody sees or that turn the direction of
/// writing are shown as \x1b and \u202e: they are a reason to look twice, not to be hidden.
std::string printable(std::string_view text);

/// The same on one line, without blanks at its ends.
std::string one_line(std::string_view text);

/// At most `limit` code points of it, with an ellipsis where something is missing. The cost depends
/// on the limit, not on the length of the text.
std::string printable(std::string_view text, std::size_t limit);
std::string one_line(std::string_view text, std::size_t limit);

/// The text as an address that may become a link: absolute, http or https, a host and no user name
/// (https://bank.example@evil.example), at most 2048 bytes; characters with a meaning in some
/// markup are percent-encoded. Nothing when it is no such address.
std::optional<std::string> web_url(std::string_view text);

}  // namespace tocsin::notifiers
