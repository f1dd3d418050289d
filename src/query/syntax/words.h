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

constexpr bool is_fill(TokenKind kind) {
  return kind == TokenKind::Fill || kind == TokenKind::FillLeft || kind == TokenKind::FillRight;
}

/// Whether an expression can start with the token.
bool begins_expression(const Token& token);
/// Whether the token can be a metric's name outside of braces.
bool may_be_metric(const Token& token);
/// Whether it can be a label's name in by(…), on(…) and their like.
bool may_be_label(const Token& token);

}  // namespace tocsin::query
