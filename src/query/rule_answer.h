// Rules evaluated by our own engine: what a source in this process answers.
#pragma once

#include <string>

#include "query/engine/engine.h"
#include "query/source.h"
#include "query/syntax/parse.h"

namespace tocsin::query {

/// The samples of a vector, or of a scalar as one without labels; or why there are none.
/// `expression` is what `tree` was parsed from.
Answer answer_rule(const Parsed& tree, const std::string& expression, Timestamp at,
                   const Storage& storage, const EngineSettings& settings);

}  // namespace tocsin::query
