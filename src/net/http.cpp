#include "net/http.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace tocsin::net {
namespace {

constexpr std::string_view kNotUrl = "(not a URL)";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view default_port(std::string_view scheme) {
  if (scheme == "http") return "80";
  if (scheme == "https") return "443";
  return "";
}

/// What may stand between "//" and ":port": a name, an address, an address in brackets.
bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > 0x20 && c != 0x7F && c != '\\' && c != '"' && c != '<' && c != '>';
  });
}

}  // namespace

std::string destination_of(std::string_view url) {
  const std::size_t end_of_scheme = url.find("://");
  if (end_of_scheme == std::string_view::npos) return std::string(kNotUrl);
  const std::string scheme = lower(url.substr(0, end_of_scheme));
  std::string_view authority = url.substr(end_of_scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  // User info may hold a password, and passwords an unescaped '@': the last one counts.
  authority = authority.substr(authority.rfind('@') + 1);
  std::string_view port = default_port(scheme);
  std::string_view host = authority;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    host = authority.substr(0, colon);
    if (colon + 1 < authority.size()) port = authority.substr(colon + 1);
  }
  if (!is_word(scheme) || !is_host(host) || !is_number(port)) return std::string(kNotUrl);
  return scheme + "://" + lower(host) + ":" + std::string(port);
}

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string_view Response::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (each == name) return value;
  }
  return {};
}

}  // namespace tocsin::net
