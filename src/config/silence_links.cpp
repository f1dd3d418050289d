#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

using notifiers::kLeastLinkSecret;

// Shorter ones are over before anybody has read the message; longer ones are forgotten.
constexpr Duration kShortest = std::chrono::minutes{1};
constexpr Duration kLongest = std::chrono::days{30};

void read_length(Map& map, std::string_view key, Duration& out) {
  if (!map.read(key, out)) return;
  if (out < kShortest || out > kLongest) {
    map.problem(key, fmt::format("{} must be between {} and {}", key, format_duration(kShortest),
                                 format_duration(kLongest)));
  } else if (out % std::chrono::seconds{1} != Duration{0}) {
    map.problem(key, fmt::format("{} must be in whole seconds", key));
  }
}

/// A file that is not there yet is a warning, which was given: it is read when a link is made.
void check_size(Map& map, const net::Secret& secret) {
  if (!secret.file.empty() && !map.file().looks_at_files) return;
  std::size_t size = 0;
  try {
    size = secret.read().size();
  } catch (const Error&) {
    return;
  }
  if (size >= kLeastLinkSecret) return;
  map.problem(secret.file.empty() ? "secret" : "secret_file",
              fmt::format("the secret has {} bytes and needs at least {}; openssl rand -base64 32 "
                          "makes one",
                          size, kLeastLinkSecret));
}

}  // namespace

std::optional<notifiers::SilenceLinks> read_silence_links(Map& root) {
  const Node* node = root.find("silence_links");
  if (node == nullptr) return std::nullopt;
  Map map(*node, "silence_links", root.file());
  if (!map.usable()) return std::nullopt;
  notifiers::SilenceLinks links;
  if (!map.has("secret") && !map.has("secret_file")) {
    map.problem(
        "silence_links need a secret_file or secret that links are signed with; openssl rand "
        "-base64 32 makes one");
  } else if (map.read_secret("secret", links.secret)) {
    check_size(map, links.secret);
  }
  read_length(map, "valid_for", links.valid_for);
  read_length(map, "silence_for", links.silence_for);
  return links;
}

}  // namespace tocsin::config
