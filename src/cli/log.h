// Logging: one line per message on standard error, as logfmt or JSON.
#pragma once

#include <string>

namespace tocsin::cli {

/// `level`: debug, info, warn or error. `format`: logfmt or json. Called once, at start.
void set_up_log(const std::string& level, const std::string& format);

}  // namespace tocsin::cli
