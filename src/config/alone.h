// Parts of a configuration that are read by themselves, for tools.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "config/config.h"

namespace tocsin::config {

/// A file that is one http_config (amtool's --http.config.file). Throws InvalidInput.
net::HttpSettings load_http_settings(const std::filesystem::path& file);

/// What decides who hears, and when: routes, the receivers' names, time intervals and inhibition.
/// Everything else is passed over: in what a service shows of its configuration, the secrets are
/// missing. Throws InvalidInput.
std::shared_ptr<const Config> parse_routing(std::string_view text,
                                            const std::filesystem::path& file);

}  // namespace tocsin::config
