// From a request as it came to the one that handlers see.
#pragma once

#include <string>
#include <variant>

#include "web/front/request_reader.h"
#include "web/http.h"

namespace tocsin::web {

/// Unpacks the body (refused beyond the limit, and 415 for what is not gzip) and adds the fields of
/// a form to those of the URL.
std::variant<Request, Refusal> make_request(RawRequest raw, std::string remote,
                                            const Limits& limits);

}  // namespace tocsin::web
