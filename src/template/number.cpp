#include "template/number.h"

#include <cmath>

#include <fmt/format.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/rune.h"
#include "model/text.h"

namespace tocsin::tmpl {
namespace {

Number parse_character(std::string_view source) {
  const auto text = unquote(source);
  const bool is_byte = text && text->size() == 1;  // '\xFF' is the number 255, not malformed UTF-8
  if (!text || text->empty() || (!is_byte && decode_rune(*text).length != text->size())) {
    throw Error(fmt::format("malformed character constant: {}", source));
  }
  const char32_t code =
      is_byte ? static_cast<unsigned char>(text->front()) : decode_rune(*text).code;
  return {true, true, false, static_cast<std::int64_t>(code), static_cast<double>(code), source};
}

void complete_from_float(Number& number) {
  number.is_float = true;
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  const bool whole = std::trunc(number.floating) == number.floating;
  if (whole && number.floating >= -kLimit && number.floating < kLimit) {
    number.is_integer = true;
    number.integer = static_cast<std::int64_t>(number.floating);
  }
}

}  // namespace

Number parse_number(std::string_view source) {
  if (source.front() == '\'') return parse_character(source);
  Number number;
  number.source = source;
  const bool negative = source.front() == '-';
  const std::string_view magnitude = source.substr(negative || source.front() == '+' ? 1 : 0);
  if (magnitude.empty()) throw Error(fmt::format("bad number syntax: {}", quote(source)));
  if (magnitude.back() == 'i')
    throw Error(fmt::format("complex numbers are not supported: {}", source));
  const IntegerError error = parse_integer(magnitude, negative, number.integer);
  if (error == IntegerError::None) {
    number.is_integer = number.is_float = true;
    number.floating = static_cast<double>(number.integer);
    return number;
  }
  if (!parse_float(magnitude, negative, number.floating)) {
    throw Error(fmt::format("illegal number syntax: {}", quote(source)));
  }
  number.prefers_float = magnitude.find_first_of(".eEpP") != std::string_view::npos;
  if (error == IntegerError::Range && !number.prefers_float) {
    throw Error(fmt::format("integer overflow: {}", quote(source)));
  }
  complete_from_float(number);
  return number;
}

}  // namespace tocsin::tmpl
