// The parts of the configuration as Alertmanager would show it, each written by a source file of
// its own.
#pragma once

#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/yaml_writer.h"
#include "net/http.h"

namespace tocsin::config {

inline constexpr std::string_view kSecret = "<secret>";

/// "key: <secret>"; nothing when there is none. Secrets are shown as if they stood inline, also
/// those from files: the keys for files are newer than some of the programs that read this.
void write_secret(YamlWriter& out, std::string_view key, const net::Secret& secret);
/// "tls_config:", unless it says nothing.
void write_tls(YamlWriter& out, const net::TlsSettings& tls);
void write_http(YamlWriter& out, const net::HttpSettings& http);
void write_receivers(YamlWriter& out, const std::vector<Receiver>& receivers);
/// "route", "inhibit_rules" and "time_intervals".
void write_routing(YamlWriter& out, const Config& config);

}  // namespace tocsin::config
