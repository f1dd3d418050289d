#include <algorithm>

#include <fmt/format.h>

#include "config/http_parts.h"
#include "config/parts.h"

namespace tocsin::config {
namespace {

void read_basic_auth(Map& map, net::HttpSettings& http) {
  const Node* node = map.find("basic_auth");
  if (node == nullptr) return;
  Map inner(*node, "basic_auth", map.file());
  if (!inner.usable()) return;
  net::HttpSettings::Basic basic;
  inner.read_secret("username", basic.username);
  inner.read_secret("password", basic.password);
  inner.refuse({"username_ref", "password_ref"}, kNoReferences);
  http.basic_auth = std::move(basic);
}

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
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
  std::string type;
  if (inner.read("type", type) && !trimmed(type).empty()) authorization.type = trimmed(type);
  if (is_basic(authorization.type)) {
    inner.problem("type", "authorization cannot be of type Basic; use basic_auth instead");
  }
  check_header_value(map.file(), inner.node(), "Authorization", authorization.type);
  inner.read_secret("credentials", authorization.credentials);
  check_header_value(map.file(), inner.node(), "Authorization", authorization.credentials.text);
  inner.refuse("credentials_ref", kNoReferences);
  http.authorization = std::move(authorization);
}

bool read_bearer_token(Map& map, net::HttpSettings& http) {
  net::Secret token;
  if (!map.read_secret("bearer_token", token)) return false;
  if (http.authorization) {
    map.problem("bearer_token and authorization exclude each other; remove one");
    return false;
  }
  check_header_value(map.file(), map.node(), "Authorization", token.text);
  http.authorization = net::HttpSettings::Authorization{"Bearer", std::move(token)};
  return true;
}

/// RFC 7523: a signed assertion in the place of a secret.
void refuse_assertions(Map& map) {
  constexpr std::string_view kWhy =
      "is for signed assertions (jwt-bearer), which are not supported; use client_secret or "
      "client_secret_file";
  map.refuse("grant_type", kWhy, {"client_credentials"});
  map.refuse({"client_certificate_key_id", "client_certificate_key", "client_certificate_key_file",
              "client_certificate_key_ref", "signature_algorithm", "iss", "audience", "claims"},
             kWhy);
}

void read_endpoint_params(Map& map, net::OAuth2& oauth2) {
  Labels params;
  if (!map.read("endpoint_params", params)) return;
  for (const LabelView& each : params) {
    if (each.name == "scope") {
      map.problem("endpoint_params", "endpoint_params cannot hold \"scope\"; use scopes");
    }
    oauth2.endpoint_params.emplace_back(each.name, each.value);
  }
}

void read_oauth2(Map& map, net::HttpSettings& http) {
  const Node* node = map.find("oauth2");
  if (node == nullptr) return;
  Map inner(*node, "oauth2", map.file());
  if (!inner.usable()) return;
  net::OAuth2 oauth2;
  inner.read("client_id", oauth2.client_id);
  inner.read_secret("client_secret", oauth2.client_secret);
  inner.read("scopes", oauth2.scopes);
  read_url(inner, "token_url", oauth2.token_url);
  read_endpoint_params(inner, oauth2);
  if (const Node* tls = inner.find("tls_config")) {
    oauth2.tls = read_tls_settings(*tls, map.file());
  }
  read_proxy(inner, oauth2.proxy);
  inner.refuse("client_secret_ref", kNoReferences);
  refuse_assertions(inner);
  if (!inner.has("client_id")) inner.problem("oauth2 needs a client_id");
  if (!inner.has("token_url")) inner.problem("oauth2 needs a token_url");
  http.oauth2 = std::move(oauth2);
}

}  // namespace

void read_credentials(Map& map, net::HttpSettings& http) {
  read_basic_auth(map, http);
  read_authorization(map, http);
  read_oauth2(map, http);
  const bool bearer = read_bearer_token(map, http);
  const int ways = (http.basic_auth ? 1 : 0) + (http.authorization ? 1 : 0) + (http.oauth2 ? 1 : 0);
  if (ways < 2) return;
  map.problem(fmt::format("basic_auth, oauth2 and {} exclude each other; keep one",
                          bearer ? "bearer_token" : "authorization"));
}

}  // namespace tocsin::config
