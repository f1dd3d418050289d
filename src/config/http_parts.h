// The parts of an http_config, each read by a source file of its own.
#pragma once

#include "config/values.h"
#include "net/http.h"

namespace tocsin::config {

/// basic_auth, authorization, bearer_token, oauth2: one of them at most.
void read_credentials(Map& map, net::HttpSettings& http);
/// proxy_url and its kin, where they stand among other keys.
void read_proxy(Map& map, net::ProxySettings& proxy);
void read_http_headers(Map& map, std::vector<net::Header>& headers);

/// Keys that name a secret in a store of secrets, which only Prometheus' library knows.
inline constexpr std::string_view kNoReferences =
    "is not supported: Tocsin has no store of secrets to look it up in; use the key that ends in "
    "_file";

/// Notes when a value cannot be that of a header.
void check_header_value(File& file, const Node& node, std::string_view name,
                        std::string_view value);

}  // namespace tocsin::config
