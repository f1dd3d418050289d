// What is wrong with a regular expression, in the words of Prometheus, that is of Go's regexp.
#pragma once

#include <string>

namespace tocsin::query {

/// "error parsing regexp: missing closing ): `a(`". REQUIRES: the pattern does not compile.
std::string regexp_error(const std::string& pattern);

}  // namespace tocsin::query
