// The web server that the options ask for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/run_options.h"
#include "web/server.h"

namespace tocsin::cli {

struct Site {
  std::unique_ptr<web::Server> server;  ///< bound, not yet serving
  std::vector<std::string> addresses;   ///< that were taken, as text
  std::string url;                      ///< where it answers on this machine, route prefix and all
  std::string external_url;             ///< for links in messages
};

/// Takes all addresses. Throws Error for options that are wrong, and for what keeps it from them.
Site open_site(const RunOptions& options);

/// Without slashes at its end. Throws Error when it is no http or https URL.
std::string parse_external_url(std::string url);
/// The path that all is served under: the option, or the path of the external URL; "" is none.
std::string route_prefix_of(const RunOptions& options);

}  // namespace tocsin::cli
