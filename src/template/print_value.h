// Values as text, the way Go's fmt package prints them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "template/value.h"

namespace tocsin::tmpl {

/// %v, such as "1e+06" or "map[a:1]"; nil is "<nil>". Like all functions here that print values:
/// throws Error when the text would be longer than kMaxText.
std::string print(const Value& value);

/// Whether it has a String method, which all printing goes by: label sets and lists of pairs as
/// notifications have them, "a=b, c=d".
bool prints_itself(const Value& value);
inline constexpr std::string_view kKeyValues = "template.KV";
inline constexpr std::string_view kPairs = "template.Pairs";

/// A float as strconv.FormatFloat writes it: verb e, f, g (or E, G); precision -1 is the shortest
/// text that reads back as the same number. NaN, +Inf, -Inf.
std::string format_float(double value, char verb, int precision);

/// fmt.Sprint: a blank between two values when neither is text.
std::string sprint(std::span<const Value> values);
/// fmt.Sprintln.
std::string sprintln(std::span<const Value> values);
/// fmt.Sprintf. Mistakes show in the text, as in Go: "%!d(string=x)".
std::string sprintf(std::string_view format, std::span<const Value> values);

/// time.Time.String(): "2015-06-17 09:29:13.5 +0000 UTC".
std::string print_time(const ZonedTime& time);
/// time.Duration.String(): "1h0m0.5s".
std::string print_duration(std::chrono::nanoseconds duration);

}  // namespace tocsin::tmpl
