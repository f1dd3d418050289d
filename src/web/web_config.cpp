#include "web/web_config.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "config/config.h"
#include "config/values.h"
#include "config/yaml.h"

namespace tocsin::web {
namespace {

using config::Map;
using config::Node;

/// `key` inline or `key`_file; both is a problem.
void read_pem(Map& map, std::string_view key, Pem& pem) {
  const std::string file_key = fmt::format("{}_file", key);
  map.read(key, pem.text);
  map.read_path(file_key, pem.file);
  if (!pem.text.empty() && !pem.file.empty()) {
    map.problem(file_key, fmt::format("{} and {} exclude each other; keep one", key, file_key));
  }
}

void read_version(Map& map, std::string_view key, int& out) {
  std::string name;
  if (!map.read(key, name) || name.empty()) return;
  constexpr std::array<std::string_view, 4> kVersions = {"TLS10", "TLS11", "TLS12", "TLS13"};
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    if (kVersions[i] == name) {
      out = 0x0301 + static_cast<int>(i);
      return;
    }
  }
  map.problem(key, fmt::format("{} must be TLS10, TLS11, TLS12 or TLS13, not {}", key,
                               config::shown(name)));
}

void read_client_auth(Map& map, ClientAuth& out) {
  std::string name;
  if (!map.read("client_auth_type", name) || name.empty()) return;
  constexpr std::array<std::pair<std::string_view, ClientAuth>, 6> kTypes = {
      {{"NoClientCert", ClientAuth::None},
       {"RequestClientCert", ClientAuth::Request},
       {"RequireAnyClientCert", ClientAuth::RequireAny},
       {"RequireClientCert", ClientAuth::RequireAny},
       {"VerifyClientCertIfGiven", ClientAuth::VerifyIfGiven},
       {"RequireAndVerifyClientCert", ClientAuth::RequireAndVerify}}};
  for (const auto& [known, type] : kTypes) {
    if (known == name) {
      out = type;
      return;
    }
  }
  map.problem("client_auth_type",
              fmt::format("client_auth_type must be NoClientCert, RequestClientCert, "
                          "RequireAnyClientCert, VerifyClientCertIfGiven or "
                          "RequireAndVerifyClientCert, not {}",
                          config::shown(name)));
}

/// The names of a list, each translated; those that OpenSSL does not know are problems.
void read_names(Map& map, std::string_view key, std::string (*translate)(const std::string&),
                std::vector<std::string>& out) {
  map.for_each(key, [&](const Node& node) {
    std::string name = translate(std::string(node.text));
    if (name.empty()) {
      map.file().problem(node, fmt::format("{} is not known among {}; they are written as in Go",
                                           config::shown(node.text), key));
    } else if (!name.starts_with("TLS_")) {  // those of TLS 1.3 cannot be chosen, as in Go
      out.push_back(std::move(name));
    }
  });
}

void check_together(Map& map, const TlsServerSettings& tls) {
  if (tls.certificate.empty()) map.problem("TLS needs one of cert and cert_file");
  if (tls.key.empty()) map.problem("TLS needs one of key and key_file");
  if (!tls.client_ca.empty() && tls.client_auth == ClientAuth::None) {
    map.problem("a client CA needs a client_auth_type, such as RequireAndVerifyClientCert");
  }
  const bool verifies = tls.client_auth == ClientAuth::RequireAndVerify ||
                        tls.client_auth == ClientAuth::VerifyIfGiven;
  if (verifies && tls.client_ca.empty()) {
    map.problem("client_auth_type",
                "certificates of clients can be verified only with a "
                "client_ca or client_ca_file");
  }
  const bool requires_one =
      tls.client_auth == ClientAuth::RequireAndVerify || tls.client_auth == ClientAuth::RequireAny;
  if (!tls.client_allowed_sans.empty() && !requires_one) {
    map.problem("client_allowed_sans",
                "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert or "
                "RequireAnyClientCert");
  }
  if (tls.min_version > tls.max_version) {
    map.problem("min_version", "min_version is above max_version");
  }
}

bool asks_for_tls(const TlsServerSettings& tls) {
  return !tls.certificate.empty() || !tls.key.empty() || !tls.client_ca.empty() ||
         tls.client_auth != ClientAuth::None;
}

void read_tls(const Node& node, config::File& file, WebConfig& config) {
  Map map(node, "tls_server_config", file);
  if (!map.usable()) return;
  const std::size_t before = file.problems();
  TlsServerSettings tls;
  read_pem(map, "cert", tls.certificate);
  read_pem(map, "key", tls.key);
  read_pem(map, "client_ca", tls.client_ca);
  read_client_auth(map, tls.client_auth);
  map.read("client_allowed_sans", tls.client_allowed_sans);
  read_version(map, "min_version", tls.min_version);
  read_version(map, "max_version", tls.max_version);
  map.read("prefer_server_cipher_suites", tls.prefer_server_ciphers);
  read_names(map, "cipher_suites", cipher_of, tls.ciphers);
  read_names(map, "curve_preferences", curve_of, tls.curves);
  if (!asks_for_tls(tls)) return;
  check_together(map, tls);
  if (file.problems() > before) return;
  for (const Pem* pem : {&tls.certificate, &tls.key, &tls.client_ca}) {
    if (!pem->file.empty()) config.files.push_back(pem->file);
  }
  try {
    config.tls = std::make_shared<const TlsContext>(std::move(tls));
  } catch (const Error& error) {
    map.problem(error.what());
  }
}

void read_headers(const Node& node, config::File& file, WebConfig& config) {
  Map map(node, "headers", file);
  if (!map.usable()) return;
  const auto read = [&](std::string_view name, std::initializer_list<std::string_view> allowed) {
    std::string value;
    if (!map.read(name, value) || value.empty()) return;
    if (allowed.size() > 0 && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      map.problem(name, fmt::format("{} must be {}, not {}", name, fmt::join(allowed, " or "),
                                    config::shown(value)));
    }
    config.headers.emplace_back(name, std::move(value));
  };
  read("Content-Security-Policy", {});
  read("Strict-Transport-Security", {});
  read("X-Content-Type-Options", {"nosniff"});
  read("X-Frame-Options", {"deny", "sameorigin"});
  read("X-XSS-Protection", {});
}

void read_http(const Node& node, config::File& file, WebConfig& config) {
  Map map(node, "http_server_config", file);
  if (!map.usable()) return;
  bool http2 = true;  // nothing has to be done: HTTP/1.1 is spoken, which every client can
  map.read("http2", http2);
  if (const Node* headers = map.find("headers")) read_headers(*headers, file, config);
}

void read_users(const Node& node, config::File& file, WebConfig& config) {
  if (!node.is_mapping()) {
    file.problem(node, "basic_auth_users must be a mapping of names to bcrypt hashes");
    return;
  }
  std::map<std::string, std::string> hashes;
  for (const Node::Entry& entry : node.entries) {
    const std::string hash(entry.value->text);
    const std::string flaw = flaw_of_hash(hash);
    if (!flaw.empty()) {
      // The text itself may be a password.
      file.problem(entry.value->is_null() ? entry.mark : entry.value->mark,
                   fmt::format("the value of user {} {}", config::shown(entry.key), flaw));
    }
    hashes.emplace(entry.key, hash);
  }
  config.users = Users(std::move(hashes));
}

void read_rate_limit(const Node& node, config::File& file, WebConfig& config) {
  Map map(node, "rate_limit", file);
  if (!map.usable()) return;
  config::read_go_duration(map, "interval", config.rate_interval);
  map.read("burst", config.rate_burst);
  if (config.rate_interval > Duration{0} && config.rate_burst == 0) {
    map.problem("rate_limit with burst 0 would let nobody in; give it a burst");
  }
}

void read_all(const Node& document, config::File& file, WebConfig& config) {
  Map root(document, "web configuration", file);
  if (!root.usable()) return;
  if (const Node* tls = root.find("tls_server_config")) read_tls(*tls, file, config);
  if (const Node* http = root.find("http_server_config")) read_http(*http, file, config);
  if (const Node* users = root.find("basic_auth_users")) read_users(*users, file, config);
  if (const Node* rate = root.find("rate_limit")) read_rate_limit(*rate, file, config);
}

}  // namespace

bool WebConfig::keeps_others_out() const {
  return !users.empty() ||
         (tls != nullptr && tls->settings().client_auth == ClientAuth::RequireAndVerify);
}

WebConfig parse_web_config(std::string_view text, const std::filesystem::path& path) {
  WebConfig config;
  config.files.push_back(path.string());
  std::vector<Diagnostic> diagnostics;
  config::File file(path.string(), diagnostics);
  file.set_text(text);
  const config::Documents documents = config::parse_yaml(text, file);
  for (const Node* document : documents.roots) {
    if (document->is_null()) continue;
    if (document != documents.roots.front()) {
      file.problem(*document, "a second document begins here; a web configuration is only one");
      break;
    }
    read_all(*document, file, config);
  }
  if (!diagnostics.empty()) throw InvalidInput(std::move(diagnostics));
  return config;
}

WebConfig load_web_config(const std::filesystem::path& file) {
  std::string text;
  try {
    text = config::read_file(file);
  } catch (const Error& error) {
    throw InvalidInput({{{file.string(), 0, 0}, error.what()}});
  }
  return parse_web_config(text, file);
}

}  // namespace tocsin::web
