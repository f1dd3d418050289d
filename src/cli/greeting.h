// What Tocsin says on the console when it is up: in plain words what it watches and whom it tells.
#pragma once

#include <string>

#include "config/config.h"

namespace tocsin::cli {

struct Greeting {
  std::string version;
  std::string url;  ///< where the API is
  std::string storage_path;
  std::size_t alerts = 0;  ///< found in the journal
  std::size_t silences = 0;
};

std::string greeting_text(const config::Config& config, const Greeting& greeting);

}  // namespace tocsin::cli
