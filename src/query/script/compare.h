// Whether an answer is the one that a script expects. Within query/script only.
#pragma once

#include <string>

#include "query/engine/engine.h"
#include "query/script/commands.h"

namespace tocsin::query {

/// Empty when it is; otherwise what is different, with lines "- expected" and "+ got".
std::string difference(const Eval& eval, const Evaluated& got, const Storage& storage);
/// The same about a vector alone, whatever its order.
std::string difference(const Eval& eval, const Samples& got, const Storage& storage);
std::string difference(const Eval& eval, double got);

/// About warnings and infos.
std::string note_difference(const Eval& eval, const Evaluated& got);

/// Within a millionth of each other, or both no number.
bool almost_equal(double a, double b);

}  // namespace tocsin::query
