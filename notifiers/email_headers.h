// The parts of a mail that must be encoded: headers (RFC 2047), bodies (RFC 2045).
#pragma once

#include <string>
#include <string_view>

namespace tocsin::notifiers {

/// "Name: value" with CRLF. Lines are folded at blanks to 76 columns; what is not ASCII, and words
/// that no line can hold, become encoded words. No text can end the header or begin another one:
/// it is made printable and put on one line first.
std::string mail_header(std::string_view name, std::string_view value);

/// The same for headers that hold message ids: only folded, never encoded. Throws Error when the
/// value is not printable ASCII.
std::string identifier_header(std::string_view name, std::string_view value);

/// UTF-8 as encoded words (Q encoding, RFC 2047), each within a line of 76 columns; no code point
/// is torn. `column` is where the first one begins; REQUIRES: valid UTF-8.
std::string encoded_words(std::string_view text, std::size_t column);

/// Quoted-printable UTF-8 with CRLF line ends and lines of at most 76 characters.
std::string quoted_printable(std::string_view text);

/// Whether it can name a header field.
bool is_header_name(std::string_view name);

}  // namespace tocsin::notifiers
