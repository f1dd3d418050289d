// Packing answers and unpacking requests.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "web/front/head.h"

namespace tocsin::web {

std::string gzip(std::string_view text);

/// Refused (413) as soon as there would be more than `limit` bytes, and (400) when it is not gzip.
std::variant<std::string, Refusal> gunzip(std::string_view packed, std::size_t limit);

}  // namespace tocsin::web
