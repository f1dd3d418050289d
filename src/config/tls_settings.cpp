#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/http_parts.h"
#include "config/parts.h"

namespace tocsin::config {
namespace {

constexpr std::array<std::string_view, 4> kVersions = {"TLS10", "TLS11", "TLS12", "TLS13"};

void read_version(Map& map, std::string_view key, std::string& out) {
  std::string version;
  if (!map.read(key, version) || version.empty()) return;
  if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end()) {
    map.problem(key, fmt::format("{} must be TLS10, TLS11, TLS12 or TLS13, not {}", key,
                                 shown(map.find(key)->text)));
    return;
  }
  out = std::move(version);
}

/// `key` or `key`_file, not both.
void read_pem(Map& map, const std::string& key, std::string& text, std::string& file) {
  const std::string file_key = key + "_file";
  map.read(key, text);
  map.read_path(file_key, file);
  if (!text.empty() && !file.empty()) {
    map.problem(file_key, fmt::format("{} and {} exclude each other; remove one", key, file_key));
  }
}

void check_pair(Map& map, const net::TlsSettings& tls) {
  const bool has_cert = !tls.cert.empty() || !tls.cert_file.empty();
  const bool has_key = !tls.key.empty() || !tls.key_file.empty();
  if (has_cert == has_key) return;
  const bool inlined = !tls.cert.empty() || !tls.key.empty();
  map.problem(inlined ? "cert and key belong together; give both (or their files) or none"
                      : "cert_file and key_file belong together; give both or none");
}

/// Certificates and keys that cannot be used; those in files only where files are looked at.
void check_pem(Map& map, const net::TlsSettings& tls) {
  net::TlsSettings known = tls;
  if (!map.file().looks_at_files) {
    if (!tls.cert_file.empty() || !tls.key_file.empty()) {
      known.cert = known.key = known.cert_file = known.key_file = "";
    }
    known.ca_file.clear();
  }
  const std::string what = net::problem_of(known);
  if (!what.empty()) map.problem(what);
}

}  // namespace

net::TlsSettings read_tls_settings(const Node& node, File& file) {
  net::TlsSettings tls;
  Map map(node, "tls_config", file);
  if (!map.usable()) return tls;
  const std::size_t problems_before = file.problems();
  read_pem(map, "ca", tls.ca, tls.ca_file);
  read_pem(map, "cert", tls.cert, tls.cert_file);
  read_pem(map, "key", tls.key, tls.key_file);
  map.read("server_name", tls.server_name);
  map.read("insecure_skip_verify", tls.insecure_skip_verify);
  read_version(map, "min_version", tls.min_version);
  read_version(map, "max_version", tls.max_version);
  if (!tls.max_version.empty() && tls.max_version < tls.min_version) {
    map.problem("max_version", "max_version must not be older than min_version");
  }
  map.refuse({"ca_ref", "cert_ref", "key_ref"}, kNoReferences);
  map.refuse("next_protos", "is not supported: HTTP/2 is chosen with enable_http2; remove it");
  check_pair(map, tls);
  if (file.problems() == problems_before) check_pem(map, tls);
  return tls;
}

}  // namespace tocsin::config
