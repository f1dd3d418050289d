#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

void read_tls_version(Map& map, std::string_view key, std::string& out) {
  constexpr std::array<std::string_view, 4> kVersions = {"TLS10", "TLS11", "TLS12", "TLS13"};
  std::string version;
  if (!map.read(key, version) || version.empty()) return;
  if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end()) {
    map.problem(key, fmt::format("{} must be TLS10, TLS11, TLS12 or TLS13, not {}", key,
                                 shown(map.find(key)->text)));
    return;
  }
  out = std::move(version);
}

void read_basic_auth(Map& map, net::HttpSettings& http) {
  const Node* node = map.find("basic_auth");
  if (node == nullptr) return;
  Map inner(*node, "basic_auth", map.file());
  if (!inner.usable()) return;
  net::HttpSettings::Basic basic;
  inner.read("username", basic.username);
  inner.refuse("username_file", "is not supported yet; use username");
  inner.refuse({"username_ref", "password_ref"}, kNotYet);
  inner.read_secret("password", basic.password);
  http.basic_auth = std::move(basic);
}

bool is_basic(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type == "basic";
}

void read_authorization(Map& map, net::HttpSettings& http) {
  const Node* node = map.find("authorization");
  if (node == nullptr) return;
  Map inner(*node, "authorization", map.file());
  if (!inner.usable()) return;
  net::HttpSettings::Authorization authorization;
  inner.read("type", authorization.type);
  if (is_basic(authorization.type)) {
    inner.problem("type", "authorization cannot be of type Basic; use basic_auth instead");
  }
  inner.read_secret("credentials", authorization.credentials);
  inner.refuse("credentials_ref", kNotYet);
  http.authorization = std::move(authorization);
}

void read_bearer_token(Map& map, net::HttpSettings& http) {
  net::Secret token;
  if (!map.read_secret("bearer_token", token)) return;
  if (http.authorization) {
    map.problem("bearer_token and authorization exclude each other; remove one");
    return;
  }
  http.authorization = net::HttpSettings::Authorization{"Bearer", std::move(token)};
}

void read_proxy(Map& map, net::HttpSettings& http) {
  std::string proxy;
  if (!map.read("proxy_url", proxy) || proxy.empty()) return;
  if (!is_url(proxy, {"http", "https", "socks5", "socks5h"})) {
    map.problem("proxy_url", "proxy_url must be a URL like http://proxy:3128");
    return;
  }
  http.proxy_url = std::move(proxy);
}

}  // namespace

net::TlsSettings read_tls_settings(const Node& node, File& file) {
  net::TlsSettings tls;
  Map map(node, "tls_config", file);
  if (!map.usable()) return tls;
  map.read_path("ca_file", tls.ca_file);
  map.read_path("cert_file", tls.cert_file);
  map.read_path("key_file", tls.key_file);
  map.read("server_name", tls.server_name);
  map.read("insecure_skip_verify", tls.insecure_skip_verify);
  read_tls_version(map, "min_version", tls.min_version);
  read_tls_version(map, "max_version", tls.max_version);
  for (const std::string_view key : {"ca", "cert", "key"}) {
    map.refuse(key, fmt::format("is not supported yet; put it into a file and use {}_file", key));
  }
  map.refuse({"ca_ref", "cert_ref", "key_ref"}, kNotYet);
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    map.problem("cert_file and key_file belong together; give both or none");
  }
  return tls;
}

void read_http_keys(Map& map, net::HttpSettings& http) {
  read_basic_auth(map, http);
  read_authorization(map, http);
  read_bearer_token(map, http);
  if (http.basic_auth && http.authorization) {
    map.problem("basic_auth, authorization and bearer_token exclude each other; keep one");
  }
  if (const Node* tls = map.find("tls_config")) http.tls = read_tls_settings(*tls, map.file());
  read_proxy(map, http);
  map.read("follow_redirects", http.follow_redirects);
  map.refuse("enable_http2", kNotYet, {"true"});
  map.refuse("proxy_from_environment", "is not supported yet; use proxy_url", {"false"});
  map.refuse({"oauth2", "no_proxy", "proxy_connect_header", "http_headers"}, kNotYet);
}

net::HttpSettings read_http_settings(const Node& node, File& file) {
  net::HttpSettings http;
  Map map(node, "http_config", file);
  if (map.usable()) read_http_keys(map, http);
  return http;
}

}  // namespace tocsin::config
