#include "config/alertmanager_yaml.h"
#include "config/config.h"

namespace tocsin::config {
namespace {

/// Without the password, as Go prints URLs.
std::string redacted(const std::string& url) {
  const std::size_t user = url.find("://") + 3;
  const std::size_t at = url.rfind('@', url.find_first_of("/?#", user));
  if (at == std::string::npos || at < user) return url;
  const std::size_t colon = url.find(':', user);
  if (colon > at) return url;
  return url.substr(0, colon) + ":xxxxx" + url.substr(at);
}

std::vector<std::string> secrets(std::size_t count) {
  return std::vector<std::string>(count, std::string(kSecret));
}

void write_proxy(YamlWriter& out, const net::ProxySettings& proxy) {
  if (proxy.from_environment) {
    out.flag("proxy_from_environment", true);
  } else if (!proxy.url.empty()) {
    out.text("proxy_url", redacted(proxy.url));
    out.text("no_proxy", proxy.no_proxy);
  }
  if (proxy.connect_headers.empty()) return;
  out.mapping("proxy_connect_header", [&] {
    for (const net::Header& each : proxy.connect_headers) {
      out.texts(yaml_quoted(each.name), secrets(each.secrets.size()));
    }
  });
}

void write_basic_auth(YamlWriter& out, const net::HttpSettings::Basic& basic) {
  out.mapping("basic_auth", [&] {
    const bool inlined = basic.username.file.empty();
    out.plain("username", yaml_quoted(inlined ? basic.username.text : std::string(kSecret)));
    write_secret(out, "password", basic.password);
  });
}

void write_oauth2(YamlWriter& out, const net::OAuth2& oauth2) {
  out.mapping("oauth2", [&] {
    out.text("client_id", oauth2.client_id);
    write_secret(out, "client_secret", oauth2.client_secret);
    if (!oauth2.scopes.empty()) out.texts("scopes", oauth2.scopes);
    out.text("token_url", redacted(oauth2.token_url));
    // Some servers want a password among them.
    if (!oauth2.endpoint_params.empty()) {
      out.mapping("endpoint_params", [&] {
        for (const auto& [name, value] : oauth2.endpoint_params) {
          out.text(yaml_quoted(name), kSecret);
        }
      });
    }
    write_tls(out, oauth2.tls);
    write_proxy(out, oauth2.proxy);
  });
}

/// Files, too, are shown as secrets: whoever reads this may not have them.
void write_headers(YamlWriter& out, const std::vector<net::Header>& headers) {
  if (headers.empty()) return;
  out.mapping("http_headers", [&] {
    for (const net::Header& each : headers) {
      if (each.values.empty() && each.secrets.empty()) continue;
      out.mapping(yaml_quoted(each.name), [&] {
        if (!each.values.empty()) out.texts("values", each.values);
        if (!each.secrets.empty()) out.texts("secrets", secrets(each.secrets.size()));
      });
    }
  });
}

}  // namespace

void write_secret(YamlWriter& out, std::string_view key, const net::Secret& secret) {
  if (!secret.empty()) out.text(key, kSecret);
}

void write_tls(YamlWriter& out, const net::TlsSettings& tls) {
  if (tls == net::TlsSettings{}) return;
  out.mapping("tls_config", [&] {
    out.text("ca", tls.ca);
    out.text("ca_file", tls.ca_file);
    out.text("cert", tls.cert);
    out.text("cert_file", tls.cert_file);
    if (!tls.key.empty()) out.text("key", kSecret);
    out.text("key_file", tls.key_file);
    out.text("server_name", tls.server_name);
    out.flag("insecure_skip_verify", tls.insecure_skip_verify);
    out.text("min_version", tls.min_version);
    out.text("max_version", tls.max_version);
  });
}

void write_http(YamlWriter& out, const net::HttpSettings& http) {
  out.mapping("http_config", [&] {
    if (http.basic_auth) write_basic_auth(out, *http.basic_auth);
    if (http.authorization) {
      out.mapping("authorization", [&] {
        out.plain("type", yaml_quoted(http.authorization->type));
        write_secret(out, "credentials", http.authorization->credentials);
      });
    }
    if (http.oauth2) write_oauth2(out, *http.oauth2);
    write_tls(out, http.tls);
    write_proxy(out, http.proxy);
    out.flag("follow_redirects", http.follow_redirects);
    out.flag("enable_http2", http.enable_http2);
    write_headers(out, http.headers);
  });
}

}  // namespace tocsin::config
