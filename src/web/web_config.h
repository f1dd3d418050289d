// --web.config.file: Prometheus' format for TLS, users and headers of a server.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.h"
#include "web/front/answer.h"
#include "web/front/tls.h"
#include "web/users.h"

namespace tocsin::web {

/// Frozen once it is read.
struct WebConfig {
  std::shared_ptr<const TlsContext> tls;  ///< null: plain HTTP
  Users users;                            ///< empty: everybody
  ExtraHeaders headers;                   ///< of every answer
  Duration rate_interval{0};              ///< of requests; 0: not limited
  std::size_t rate_burst = 0;
  std::vector<std::string> files;  ///< that it was made from, itself among them

  /// Whether not everybody who reaches the port is let in: there are users, or clients need a
  /// certificate that was verified. TLS alone only keeps others from listening.
  bool keeps_others_out() const;
};

/// Paths in it are seen from the folder of `file`. Throws InvalidInput with all that is wrong,
/// certificates that cannot be used among it.
WebConfig parse_web_config(std::string_view text, const std::filesystem::path& file);
WebConfig load_web_config(const std::filesystem::path& file);

}  // namespace tocsin::web
