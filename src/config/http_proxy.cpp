#include <algorithm>

#include <fmt/format.h>

#include "config/http_parts.h"

namespace tocsin::config {
namespace {

bool is_proxy_url(std::string_view text) {
  return is_url(text, {"http", "https", "socks5", "socks5h"});
}

/// The variable in capitals or in small letters.
std::string variable(const File& file, const std::string& name) {
  if (!file.environment) return "";
  std::string small = name;
  for (char& c : small) c = c == '_' ? c : static_cast<char>(c - 'A' + 'a');
  for (const std::string& each : {name, small}) {
    const auto value = file.environment(each);
    if (value && !value->empty()) return *value;
  }
  return "";
}

/// A proxy of the environment, where "proxy:3128" will do.
std::string environment_url(Map& map, const std::string& name) {
  std::string url = variable(map.file(), name);
  if (!url.empty() && url.find("://") == std::string::npos) url.insert(0, "http://");
  if (url.empty() || is_proxy_url(url)) return url;
  map.problem(
      "proxy_from_environment",
      fmt::format("the environment variable {} must be a URL like http://proxy:3128", name));
  return "";
}

void read_environment(Map& map, net::ProxySettings& proxy) {
  proxy.from_environment = true;
  proxy.https_url = environment_url(map, "HTTPS_PROXY");
  // A CGI script's environment has the client's header "Proxy" as HTTP_PROXY.
  if (variable(map.file(), "REQUEST_METHOD").empty()) {
    proxy.url = environment_url(map, "HTTP_PROXY");
  }
  proxy.no_proxy = variable(map.file(), "NO_PROXY");
}

void read_connect_headers(Map& map, std::vector<net::Header>& headers) {
  constexpr std::string_view kKey = "proxy_connect_header";
  const Node* node = map.find(kKey);
  if (node == nullptr) return;
  Map inner(*node, kKey, map.file());
  if (!inner.usable()) return;
  for (const Node::Entry& each : node->entries) {
    net::Header header{std::string(each.key), {}, {}};
    std::vector<std::string> values;
    inner.read(each.key, values);
    if (!net::is_token(each.key)) {
      inner.problem(each.key, fmt::format("{} cannot be the name of a header", shown(each.key)));
    }
    for (std::string& value : values) {
      check_header_value(map.file(), *each.value, each.key, value);
      header.secrets.push_back({std::move(value), ""});
    }
    headers.push_back(std::move(header));
  }
}

}  // namespace

void read_proxy(Map& map, net::ProxySettings& proxy) {
  std::string url;
  bool from_environment = false;
  map.read("proxy_url", url);
  map.read("no_proxy", proxy.no_proxy);
  map.read("proxy_from_environment", from_environment);
  read_connect_headers(map, proxy.connect_headers);
  if (!url.empty() && !is_proxy_url(url)) {
    return map.problem("proxy_url", "proxy_url must be a URL like http://proxy:3128");
  }
  if (from_environment && !url.empty()) {
    map.problem("proxy_url", "proxy_from_environment and proxy_url exclude each other; remove one");
  } else if (from_environment && !proxy.no_proxy.empty()) {
    map.problem("no_proxy", "proxy_from_environment and no_proxy exclude each other; remove one");
  } else if (!from_environment && url.empty() && !proxy.no_proxy.empty()) {
    map.problem("no_proxy", "no_proxy makes no sense without a proxy_url; add one or remove it");
  } else if (!from_environment && url.empty() && !proxy.connect_headers.empty()) {
    map.problem("proxy_connect_header",
                "proxy_connect_header makes no sense without proxy_url or proxy_from_environment; "
                "add one or remove it");
  }
  proxy.url = proxy.https_url = url;
  if (from_environment) read_environment(map, proxy);
}

}  // namespace tocsin::config
