#include "config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tocsin::config {
namespace {

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port < 1 || port > 65535) return std::nullopt;
  return port;
}

/// "host" or "[v6]", with or without ":port".
bool is_host(std::string_view text) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos || bracket == 1) return false;
    end = bracket + 1;
  }
  if (end == 0 || text.empty()) return false;
  if (end >= text.size()) return true;
  return text[end] == ':' && parse_port(text.substr(end + 1)).has_value();
}

struct Unit {
  std::string_view name;
  double milliseconds;
};
// Longer names before those that they begin with.
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1e-6},
                                         {"us", 1e-3},
                                         {"µs", 1e-3},
                                         {"μs", 1e-3},
                                         {"ms", 1},
                                         {"s", 1e3},
                                         {"m", 60e3},
                                         {"h", 3600e3}}};

}  // namespace

bool is_url(std::string_view text, std::initializer_list<std::string_view> schemes) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, colon);
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) return false;
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
  std::string_view authority = text.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  return printable && is_host(authority);
}

bool is_http_url(std::string_view text) { return is_url(text, {"http", "https"}); }

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_host(text)) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return HostPort{std::string(host), *port};
}

std::optional<Duration> parse_go_duration(std::string_view text) {
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double number = 0;
    const auto [stop, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !(text[0] == '.' || (text[0] >= '0' && text[0] <= '9'))) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [text](const Unit& each) {
      return text.starts_with(each.name);
    });
    if (unit == kUnits.end()) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += number * unit->milliseconds;
  }
  constexpr double kLongest = 9.2e12;  // Go's 292 years
  if (!(total <= kLongest)) return std::nullopt;
  return Duration{static_cast<Duration::rep>(total)};
}

bool read_url(Map& map, std::string_view key, std::string& out) {
  std::string url;
  if (!map.read(key, url)) return false;
  if (!is_http_url(url)) {
    // What stands before an @ may be a password.
    const std::string_view given = map.find(key)->text;
    const bool secret = given.find('@') != std::string_view::npos;
    map.problem(key, fmt::format("{} must be a URL like http://host:9090{}{}", key,
                                 secret ? "" : ", not ", secret ? "" : shown(given)));
    return false;
  }
  out = std::move(url);
  return true;
}

bool read_secret_url(Map& map, std::string_view key, net::Secret& out) {
  net::Secret secret;
  if (!map.read_secret(key, secret)) return false;
  if (holds_template(secret.text)) {
    map.problem(key, fmt::format("{} cannot be a template; write the URL", key));
    return false;
  }
  if (!secret.text.empty() && !is_http_url(secret.text)) {
    map.problem(key, fmt::format("{} must be a URL that begins with http:// or https://", key));
    return false;
  }
  out = std::move(secret);
  return true;
}

bool read_go_duration(Map& map, std::string_view key, Duration& out) {
  std::string text;
  if (!map.read(key, text)) return false;
  const auto duration = parse_go_duration(text);
  if (!duration) {
    map.problem(key, fmt::format("{} must be a duration like 10s or 1m30s, not {}", key,
                                 shown(map.find(key)->text)));
    return false;
  }
  out = *duration;
  return true;
}

}  // namespace tocsin::config
