#include <cerrno>
#include <cstring>
#include <fstream>
#include <glob.h>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

/// The pattern as seen from the folder, in whose own name nothing is a pattern.
std::string below(const std::filesystem::path& folder, const std::string& pattern) {
  if (folder.empty() || std::filesystem::path(pattern).is_absolute()) return pattern;
  std::string escaped;
  for (const char c : folder.string()) {
    if (std::string_view("*?[\\").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped + "/" + pattern;
}

/// In the order of their names, each once.
std::set<std::string> find_rule_files(Map& root, std::vector<Diagnostic>& warnings) {
  std::set<std::string> files;
  std::vector<std::string> patterns;
  const Node* list = root.find("rule_files");
  const std::size_t problems_before = root.file().problems();
  if (!root.read("rule_files", patterns) || root.file().problems() > problems_before) return files;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const std::vector<std::string> found = matching_files(root.file().folder(), patterns[i]);
    files.insert(found.begin(), found.end());
    if (!found.empty()) continue;
    warnings.push_back({root.file().position(list->list[i]->mark),
                        fmt::format("no rule file is named {}", shown(patterns[i]))});
  }
  return files;
}

}  // namespace

std::vector<std::string> matching_files(const std::filesystem::path& folder,
                                        const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(below(folder, pattern).c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return paths;
}

std::string read_file(const std::filesystem::path& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string content;
  std::string block(std::size_t{64} << 10, '\0');
  while (in && content.size() <= kMaxFile) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    content.append(block, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof() && content.size() <= kMaxFile) {
    throw Error(fmt::format("the file cannot be read: {}",
                            errno == 0 ? "unknown reason" : std::strerror(errno)));
  }
  return content;
}

std::vector<rule::RuleGroup> read_rule_files(Map& root, const RuleContext& context,
                                             std::vector<Diagnostic>& diagnostics,
                                             std::vector<Diagnostic>& warnings) {
  std::vector<rule::RuleGroup> groups;
  for (const std::string& path : find_rule_files(root, warnings)) {
    try {
      std::vector<rule::RuleGroup> more =
          read_rule_text(read_file(path), path, context, diagnostics);
      groups.insert(groups.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
    } catch (const Error& error) {
      diagnostics.push_back({{path, 0, 0}, error.what()});
    }
  }
  if (!groups.empty() && context.sources->empty() && !root.has("sources") &&
      !root.has("scrape_configs") && !root.has("scrape_config_files")) {
    root.problem("rule_files",
                 "there are rules but nothing to ask; name your Prometheus under "
                 "\"sources\"");
  }
  return groups;
}

}  // namespace tocsin::config
