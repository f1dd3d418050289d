#include "cli/arguments.h"

#include <algorithm>

namespace tocsin::cli {

bool is_alertmanager_name(std::string_view program) {
  program.remove_prefix(program.rfind('/') + 1);  // npos + 1 is 0
  return program == "alertmanager" || program == "prometheus-alertmanager";
}

std::vector<std::string> with_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  bool flags = true;
  for (const std::string& word : words) {
    flags = flags && word != "--";
    const bool empty_value =
        flags && word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    out.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
    if (empty_value) out.emplace_back();
  }
  return out;
}

std::string alertmanager_version_text() {
  return "alertmanager, version 0.34.0 (branch: tocsin, revision: " TOCSIN_VERSION
         ")\n"
         "  build user:       tocsin\n"
         "  go version:       none: C++\n"
         "  platform:         linux\n";
}

}  // namespace tocsin::cli
