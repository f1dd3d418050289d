// Which requests go past the proxy.
#include <array>
#include <cstring>
#include <optional>

#include <arpa/inet.h>

#include "net/http.h"

namespace tocsin::net {
namespace {

/// An IP address as the 16 bytes of IPv6.
using Address = std::array<unsigned char, 16>;

constexpr std::array<unsigned char, 12> kMappedV4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_v4(const Address& address) {
  return std::memcmp(address.data(), kMappedV4.data(), kMappedV4.size()) == 0;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string zero_ended(text);
  Address address{};
  if (::inet_pton(AF_INET6, zero_ended.c_str(), address.data()) == 1) return address;
  std::memcpy(address.data(), kMappedV4.data(), kMappedV4.size());
  if (::inet_pton(AF_INET, zero_ended.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

struct Host {
  std::string name;  ///< without brackets
  std::string_view port;
  std::optional<Address> address;
};

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

Host host_of(std::string_view destination) {
  const std::string_view authority = destination.substr(destination.find("://") + 3);
  const std::size_t colon = authority.rfind(':');
  Host host;
  host.name = without_brackets(authority.substr(0, colon));
  host.port = authority.substr(colon + 1);
  host.address = parse_address(host.name);
  return host;
}

bool is_loopback(const Host& host) {
  if (host.name == "localhost") return true;
  if (!host.address) return false;
  if (is_v4(*host.address)) return (*host.address)[12] == 127;
  return *host.address == *parse_address("::1");
}

std::string lower_trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return "";
  std::string out(text.substr(from, text.find_last_not_of(kSpace) - from + 1));
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// "10.0.0.0/8": nothing when the entry is no block of addresses.
std::optional<bool> block_covers(std::string_view entry, const Host& host) {
  const std::size_t slash = entry.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto block = parse_address(entry.substr(0, slash));
  const std::string_view digits = entry.substr(slash + 1);
  if (!block || digits.empty() || digits.size() > 3 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  unsigned bits = static_cast<unsigned>(std::stoul(std::string(digits)));
  if (is_v4(*block)) bits += 96;
  if (bits > 128) return std::nullopt;
  if (!host.address || is_v4(*block) != is_v4(*host.address)) return false;
  for (unsigned i = 0; i < bits; ++i) {
    const unsigned mask = 0x80U >> (i % 8);
    if (((*block)[i / 8] & mask) != ((*host.address)[i / 8] & mask)) return false;
  }
  return true;
}

/// Takes ":port" off the entry and returns the port, or "".
std::string_view take_port(std::string_view& entry) {
  const std::size_t colon = entry.rfind(':');
  const bool bare_v6 = entry.find(':') != colon && !entry.starts_with('[');
  if (colon == std::string_view::npos || bare_v6 || entry.ends_with(']')) return "";
  const std::string_view port = entry.substr(colon + 1);
  entry = entry.substr(0, colon);
  return port;
}

bool name_covers(std::string_view entry, std::string_view name) {
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) return name.ends_with(entry);
  return name == entry || (name.size() > entry.size() && name.ends_with(entry) &&
                           name[name.size() - entry.size() - 1] == '.');
}

bool covers(std::string_view entry, const Host& host) {
  if (entry.empty()) return false;
  if (entry == "*") return true;
  if (const auto covered = block_covers(entry, host)) return *covered;
  const std::string_view port = take_port(entry);
  if (!port.empty() && port != host.port) return false;
  entry = without_brackets(entry);
  if (entry.empty()) return false;
  if (const auto address = parse_address(entry)) return host.address == address;
  return name_covers(entry, host.name);
}

}  // namespace

bool uses_proxy(std::string_view destination, const ProxySettings& proxy) {
  if (proxy.no_proxy.empty() && !proxy.from_environment) return true;
  const Host host = host_of(destination);
  if (is_loopback(host)) return false;
  std::string_view rest = proxy.no_proxy;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (covers(lower_trimmed(rest.substr(0, comma)), host)) return false;
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  return true;
}

}  // namespace tocsin::net
