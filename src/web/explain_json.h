// An explanation as JSON.
#pragma once

#include "explain/explain.h"
#include "web/json.h"

namespace tocsin::web {

void write_explanation(JsonWriter& out, const explain::Explanation& what);

/// An event of the timeline.
void write_event(JsonWriter& out, const Event& event);

}  // namespace tocsin::web
