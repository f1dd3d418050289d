// The small text functions of Prometheus' templates.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::tmpl {

/// strconv.ParseFloat. Throws Error.
double parse_go_float(std::string_view text);

/// The first letter of each word large.
std::string title(std::string_view text);
/// cases.Title of golang.org/x/text: the first letter of each word large, all others small.
std::string title_case(std::string_view text);
/// strings.TrimSpace.
std::string trim_space(std::string_view text);
/// url.QueryUnescape. Throws Error.
std::string unescape_query(std::string_view text);
std::string upper(std::string_view text);
std::string lower(std::string_view text);

/// "host:80" -> "host", "[::1]:80" -> "::1"; what has no port stays as it is.
std::string strip_port(std::string_view host_and_port);
/// "web.example.com:80" -> "web:80"; addresses stay as they are.
std::string strip_domain(std::string_view host_and_port);

}  // namespace tocsin::tmpl
