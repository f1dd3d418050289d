// The words of the command line before they are parsed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::cli {

/// Whether the program was called by a name that Alertmanager has: it then is one.
bool is_alertmanager_name(std::string_view program);

/// What is equivalent and CLI11 understands: "--name=" becomes "--name" and "" (it would take the
/// next word for the value). Words after "--" stay as they are.
std::vector<std::string> with_empty_values(const std::vector<std::string>& words);

/// What `alertmanager --version` prints: scripts read the version from it.
std::string alertmanager_version_text();

}  // namespace tocsin::cli
