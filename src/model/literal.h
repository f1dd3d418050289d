// The values of Go's number, character and string constants, which templates and PromQL share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// The text that a quoted ("…", '…') or raw (`…`) string stands for; nullopt for a bad escape.
/// REQUIRES: the source has its quotes.
std::optional<std::string> unquote(std::string_view source);

enum class IntegerError { None, Syntax, Range };

/// strconv.ParseInt with base 0: "0x1F", "017", "0b1", "1_000"; `magnitude` is without its sign.
IntegerError parse_integer(std::string_view magnitude, bool negative, std::int64_t& out);

/// A decimal or hexadecimal floating-point constant without its sign; no "inf", no "nan". What is
/// too small is zero. False for what is none, and, with an infinite `out`, for what is too large.
bool parse_float(std::string_view magnitude, bool negative, double& out);

/// A sample's value as the text formats and JSON answers write it, which is what Go's ParseFloat
/// takes of decimal numbers: "1", "-2.5e3", "+Inf", "NaN", "1e-400" (zero); nullopt for anything
/// else, too large numbers among it.
std::optional<double> parse_sample_value(std::string_view text);

}  // namespace tocsin
