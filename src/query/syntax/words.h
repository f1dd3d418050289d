// The words that mean something in PromQL.
#pragma once

#include <string_view>

#include "query/syntax/lexer.h"

namespace tocsin::query {

/// Whatever its case is.
bool equals_word(std::string_view text, std::string_view lower);

/// Makes an identifier an operator, aggregator, keyword or number if that is what the word means.
/// fill, fill_left and fill_right are keywords only where a parenthesis follows.
void recognize_keyword(Token& token, bool parenthesis_follows);

}  // namespace tocsin::query
