// The web configuration as it is now: read again when one of its files changes.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "web/web_config.h"

namespace tocsin::web {

class Protection {
 public:
  /// No file: nothing is protected. Throws InvalidInput.
  explicit Protection(std::string file = {});

  /// From now on somebody has to be kept out: what would let everybody in is no longer taken.
  void require() { required_ = true; }
  /// Looks at the files, once a second at most. What cannot be read, would turn TLS on or off, or
  /// is less than what is required, is logged and changes nothing. From one thread.
  const std::shared_ptr<const WebConfig>& current(std::chrono::steady_clock::time_point now);
  const WebConfig& first() const { return *config_; }

 private:
  /// What the file system says of the files: changes when one of them does.
  std::string stamp() const;
  void reload();
  /// Why what was read cannot take the place of what is there, or "".
  std::string objection(const WebConfig& read) const;

  std::string file_;
  std::shared_ptr<const WebConfig> config_;
  std::string stamp_;
  bool required_ = false;
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace tocsin::web
