#include "cli/site.h"

#include <algorithm>
#include <array>
#include <unistd.h>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::cli {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

bool is_every_address(const web::Address& address) {
  return address.host == "::" || address.host == "0.0.0.0";
}

/// How others get there; every address of this machine goes by the machine's name.
std::string url_of(const web::Server& server, web::Address address, const std::string& prefix) {
  if (is_every_address(address)) address.host = host_name();
  return fmt::format("{}://{}{}", server.scheme(), address.to_string(), prefix);
}

web::ServerSettings settings_of(const RunOptions& options) {
  web::ServerSettings settings;
  settings.web_config_file = options.web_config_file;
  // An Alertmanager listens everywhere without asking.
  settings.allow_unprotected = options.allow_unprotected || options.as_alertmanager;
  settings.route_prefix = route_prefix_of(options);
  if (options.get_concurrency > 0) {
    settings.limits.get_concurrency = static_cast<std::size_t>(options.get_concurrency);
  }
  if (options.max_connections > 0) {
    settings.limits.connections = static_cast<std::size_t>(options.max_connections);
    settings.limits.connections_per_client = settings.limits.connections;
  }
  settings.limits.timeout = std::max(Duration{0}, options.web_timeout);
  return settings;
}

}  // namespace

std::string parse_external_url(std::string url) {
  const bool has_scheme = url.starts_with("http://") || url.starts_with("https://");
  const bool is_odd = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '"' || c == '<' || c == '>';
  });
  if (!has_scheme || is_odd) {
    throw Error(fmt::format(
        "--web.external-url \"{}\" is not a URL that begins with http:// or https://", url));
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string route_prefix_of(const RunOptions& options) {
  if (!options.route_prefix.empty()) return web::parse_route_prefix(options.route_prefix);
  if (options.external_url.empty()) return "";
  const std::string url = parse_external_url(options.external_url);
  const std::size_t path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos) return "";
  return web::parse_route_prefix(url.substr(path, url.find_first_of("?#", path) - path));
}

Site open_site(const RunOptions& options) {
  Site site;
  if (!options.external_url.empty()) site.external_url = parse_external_url(options.external_url);
  const web::ServerSettings settings = settings_of(options);
  std::vector<web::Address> addresses;
  for (const std::string& text : options.listen_addresses) {
    addresses.push_back(web::parse_address(text));
  }
  site.server = std::make_unique<web::Server>(settings);
  if (options.systemd_socket) {
    addresses = site.server->bind_inherited();
  } else {
    if (addresses.empty()) throw Error("--web.listen-address: give one at least");
    for (web::Address& address : addresses) address.port = site.server->bind(address);
  }
  for (const web::Address& address : addresses) site.addresses.push_back(address.to_string());
  site.url = url_of(*site.server, addresses.front(), settings.route_prefix);
  if (site.external_url.empty()) site.external_url = site.url;
  return site;
}

}  // namespace tocsin::cli
