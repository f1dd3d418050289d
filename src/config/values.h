// Values in the configuration that have a syntax of their own.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "config/yaml.h"
#include "model/time.h"
#include "net/secret.h"
#include "notifiers/rendering.h"

namespace tocsin::config {

/// Whether it is an absolute URL of one of these schemes with a host.
bool is_url(std::string_view text, std::initializer_list<std::string_view> schemes);
bool is_http_url(std::string_view text);

struct HostPort {
  std::string host;
  int port = 0;
};
/// "mail.example.org:587", "[::1]:25".
std::optional<HostPort> parse_host_port(std::string_view text);

/// Go's duration syntax: "1.5s", "1m30s", "500ms", "0"; below a millisecond is cut. Not negative.
/// Source: Go time.ParseDuration.
std::optional<Duration> parse_go_duration(std::string_view text);

using notifiers::holds_template;

// As Map::read for texts that are more than texts.
bool read_url(Map& map, std::string_view key, std::string& out);
/// An http or https URL that is a secret, or the file that holds it. Templates are refused.
bool read_secret_url(Map& map, std::string_view key, net::Secret& out);
bool read_go_duration(Map& map, std::string_view key, Duration& out);

}  // namespace tocsin::config
