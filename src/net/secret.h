// A secret from the configuration: given inline (possibly from ${ENV}) or in a file.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::net {

/// Never printed, logged or served; shown as "<secret>".
struct Secret {
  std::string text;
  std::string file;  ///< read at every use when set; surrounding white space is trimmed …
  bool trim = true;  ///< … unless it belongs to the secret

  bool empty() const { return text.empty() && file.empty(); }
  /// Throws Error when the file cannot be read, is empty or larger than 64 KiB.
  std::string read() const;
  bool operator==(const Secret&) const = default;
};

/// The content of a file of at most so many bytes. Throws Error, which calls the file `what`, when
/// it cannot be read or is larger.
std::string read_whole(const std::string& path, std::string_view what, std::size_t most);

}  // namespace tocsin::net
