// Numbers for people. Source: Prometheus template/template.go and common/helpers/templates.
#pragma once

#include <string>

namespace tocsin::tmpl {

/// 1234567 -> "1.235M", 0.00012 -> "120u": SI prefixes, four digits.
std::string humanize(double value);
/// 1536 -> "1.5ki"
std::string humanize_1024(double value);
/// Seconds: 90061 -> "1d 1h 1m 1s", 0.01 -> "10ms".
std::string humanize_duration(double seconds);
/// 0.1234 -> "12.34%"
std::string humanize_percentage(double ratio);
/// Unix seconds -> "2015-06-17 09:29:13 +0000 UTC". Throws Error beyond the years of a clock.
std::string humanize_timestamp(double seconds);

}  // namespace tocsin::tmpl
