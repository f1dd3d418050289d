// What PromQL gives, as Prometheus' API writes it.
#pragma once

#include <string>

#include "query/engine/engine.h"
#include "web/json.h"

namespace tocsin::web {

/// "1", "0.1", "+Inf", "1e+21": without an exponent where others can read it so.
std::string value_text(double value);

/// "resultType" and "result": the fields of `data`.
void write_result(JsonWriter& json, const query::Evaluated& evaluated);

/// The field of that name, unless there are no notes.
void write_notes(JsonWriter& json, std::string_view name, const std::vector<std::string>& notes);

}  // namespace tocsin::web
