// Small questions about text that several floors ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// A Go double-quoted string literal of the text, as Go's strconv.Quote writes it: backslash,
/// quote, control, invisible and malformed characters escaped, printable text kept. (Code points
/// that no version of Unicode has assigned are kept as well, where Go escapes them.)
std::string quote(std::string_view text);

/// How many bytes the Unicode white space at the start of the text has, or 0: what Go's
/// unicode.IsSpace says of its first code point.
std::size_t leading_space(std::string_view text);

/// The candidate with the smallest edit distance to `word`, if it is close enough to be what was
/// meant (at most a third of the letters differ), else empty.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// The first `limit` code points of the text; where something is cut, the last of them is "…"
/// (for limits of 3 and less it is a plain cut). Never splits a code point.
std::string truncate_runes(std::string_view text, std::size_t limit);

/// How many code points the text has (each malformed byte counts as one).
std::size_t count_runes(std::string_view text);

/// One value of a URL's query or of an application/x-www-form-urlencoded body, escaped as Go's
/// url.QueryEscape does: a blank becomes '+', all but letters, digits and -_.~ becomes %XX.
std::string escape_query(std::string_view text);

/// One segment of a URL's path: all but letters, digits and -_.~ becomes %XX.
std::string escape_path_segment(std::string_view text);

}  // namespace tocsin
