// Replacement texts of regular expressions in Go's notation, as relabelling, label_replace and
// templates use them.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include <re2/stringpiece.h>

namespace re2 {
class RE2;
}

namespace tocsin {

/// Gives `append` the pieces of `replacement` with its $1, $name and ${name} replaced by the groups
/// of a match, of which the first is the whole; $$ is a dollar. The name after a bare $ is as long
/// as possible; what names no group is empty. Source: Go regexp, Regexp.Expand.
void expand(const re2::RE2& regex, std::span<const re2::StringPiece> groups,
            std::string_view replacement, const std::function<void(std::string_view)>& append);

}  // namespace tocsin
