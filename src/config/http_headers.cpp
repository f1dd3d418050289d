#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/http_parts.h"

namespace tocsin::config {
namespace {

// Those that Prometheus' library keeps for itself, and two that say how the body is sent.
constexpr std::array<std::string_view, 20> kReserved = {
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "trailer",
    "transfer-encoding",
    "user-agent",
    "www-authenticate",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-prometheus-remote-read-version",
    "x-prometheus-remote-write-version",
    "x-prometheus-scrape-timeout-seconds",
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void check_name(Map& map, const Node::Entry& entry) {
  if (!net::is_token(entry.key)) {
    map.problem(entry.key, fmt::format("{} cannot be the name of a header", shown(entry.key)));
  } else if (std::find(kReserved.begin(), kReserved.end(), lower(entry.key)) != kReserved.end()) {
    map.problem(entry.key,
                fmt::format("the header {} is set by Tocsin itself; remove it", shown(entry.key)));
  }
}

/// As in Prometheus, a file that cannot be read is wrong, not only odd.
void check_file(File& file, const Node& node, const net::Secret& secret) {
  if (!file.looks_at_files) return;
  try {
    secret.read();
  } catch (const Error& error) {
    file.problem(node, error.what());
  }
}

net::Header read_header(const Node::Entry& entry, File& file) {
  net::Header header{std::string(entry.key), {}, {}};
  Map map(*entry.value, shown(entry.key), file);
  if (!map.usable()) return header;
  map.read("values", header.values);
  for (const std::string& value : header.values) {
    check_header_value(file, map.node(), entry.key, value);
  }
  std::vector<std::string> texts;
  map.read("secrets", texts);
  for (std::string& value : texts) {
    check_header_value(file, map.node(), entry.key, value);
    header.secrets.push_back({std::move(value), ""});
  }
  texts.clear();
  map.read("files", texts);
  for (const std::string& path : texts) {
    header.secrets.push_back({"", file.resolve(path)});
    check_file(file, *map.find("files"), header.secrets.back());
  }
  return header;
}

}  // namespace

void check_header_value(File& file, const Node& node, std::string_view name,
                        std::string_view value) {
  const bool bad = std::any_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (bad) {
    file.problem(node,
                 fmt::format("a value of the header {} contains control characters", shown(name)));
  }
}

void read_http_headers(Map& map, std::vector<net::Header>& headers) {
  const Node* node = map.find("http_headers");
  if (node == nullptr) return;
  Map inner(*node, "http_headers", map.file());
  if (!inner.usable()) return;
  for (const Node::Entry& each : node->entries) {
    inner.entry(each.key);
    check_name(inner, each);
    headers.push_back(read_header(each, map.file()));
  }
}

}  // namespace tocsin::config
