// A secret from the configuration: given inline (possibly from ${ENV}) or in a file.
#pragma once

#include <string>

namespace tocsin::net {

/// Never printed, logged or served; shown as "<secret>".
struct Secret {
  std::string text;
  std::string file;  ///< read at every use when set; surrounding white space is trimmed

  bool empty() const { return text.empty() && file.empty(); }
  /// Throws Error when the file cannot be read, is empty or larger than 64 KiB.
  std::string read() const;
  bool operator==(const Secret&) const = default;
};

}  // namespace tocsin::net
