#include "config/scrape_parts.h"
#include "scrape/discovery.h"

namespace tocsin::config {
namespace {

std::vector<scrape::TargetGroup> parse_target_file(std::string_view text, const std::string& path) {
  std::vector<Diagnostic> diagnostics;
  File file(path, diagnostics);
  const Documents documents = parse_yaml(text, file);
  std::vector<scrape::TargetGroup> groups;
  for (const Node* document : documents.roots) {
    if (document->is_null()) continue;
    if (!document->is_list()) file.problem(*document, "it must be a list of target groups");
    for (const Node* each : document->list) {
      if (std::optional<scrape::TargetGroup> group = read_target_group(*each, file)) {
        groups.push_back(std::move(*group));
      }
    }
  }
  if (!diagnostics.empty()) throw InvalidInput(std::move(diagnostics));
  return groups;
}

}  // namespace

std::vector<scrape::TargetGroup> read_target_file(const std::string& path) {
  const std::string text = read_file(path);
  return path.ends_with(".json") ? scrape::parse_target_groups(text, path)
                                 : parse_target_file(text, path);
}

}  // namespace tocsin::config
