// Reads what a Prometheus-compatible API answers.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "query/engine/engine.h"
#include "query/source.h"

namespace tocsin::net {

/// Reads the body of an /api/v1/query answer: a vector, or a scalar as one sample without labels.
/// Whatever is wrong with it (not JSON, HTML, truncated, an error envelope, native histograms) is a
/// Failure that says so.
/// `source` is the name that failures begin with.
query::Answer parse_answer(std::string_view source, std::string body, int status);

using Reply = std::variant<query::Evaluated, query::Failure>;

/// The same for whatever kind of value comes, of /api/v1/query_range as well, with its warnings and
/// infos as they are.
Reply parse_reply(std::string_view source, std::string body, int status);

}  // namespace tocsin::net
