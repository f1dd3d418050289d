// Random PromQL: expressions that are mostly well-typed, and what becomes of them by mistakes.
#pragma once

#include <string>
#include <vector>

#include "support/choices.h"

namespace tocsin::query {

enum class Dialect {
  Common,       ///< what Prometheus 2.42 and 3.x read alike
  Current,      ///< of 3.x without its feature flags
  Experimental  ///< all of 3.x
};

/// The words of an expression; `levels` bounds how deep it is.
std::vector<std::string> random_expression(Choices& choices, Dialect dialect, int levels = 4);

/// Leaves words out, puts others in, exchanges and repeats them.
void make_mistakes(Choices& choices, std::vector<std::string>& words);

/// The words with blanks, line breaks and comments between them.
std::string written(Choices& choices, const std::vector<std::string>& words);
/// The words with one blank between them.
std::string written(const std::vector<std::string>& words);

}  // namespace tocsin::query
