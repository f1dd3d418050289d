// What an expression came to, as Prometheus' HTTP API writes it.
#pragma once

#include <string>
#include <string_view>

#include "query/engine/engine.h"

namespace tocsin::query {

/// {"status":"success","data":{"resultType":"vector","result":[…]}}; notes are left out.
void append_answer(std::string& out, const Evaluated& evaluated);

/// {"status":"error","errorType":"execution","error":"…"}
void append_failure(std::string& out, std::string_view type, std::string_view message);

}  // namespace tocsin::query
