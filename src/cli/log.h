// The log on standard error.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::cli {

/// `level` is debug, info, warn or error; `format` is logfmt or json. Everything spdlog logs from
/// now on goes to standard error that way, one line each.
void set_up_log(const std::string& level, const std::string& format);

/// A line of level info with fields of their own, which scripts read: msg="Listening on"
/// address=127.0.0.1:9093. REQUIRES: set_up_log(); names are lower-case words.
void log_fields(std::string_view message,
                const std::vector<std::pair<std::string_view, std::string>>& fields);

}  // namespace tocsin::cli
