#include <filesystem>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/templating.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

using notifiers::MessageTemplates;

/// The files in the order that Alertmanager reads them in. A pattern may match nothing, but a name
/// that is written out is that of a file.
std::vector<MessageTemplates::File> template_files(Map& root,
                                                   const std::vector<std::string>& globs) {
  std::vector<MessageTemplates::File> files;
  const Node* list = root.find("templates");
  for (std::size_t i = 0; i < globs.size(); ++i) {
    const auto found = matching_files(root.file().folder(), globs[i]);
    if (found.empty() && globs[i].find_first_of("*?[") == std::string::npos) {
      root.file().problem(*list->list[i],
                          fmt::format("there is no template file {}", shown(globs[i])));
    } else if (found.empty()) {
      root.file().warning(*list->list[i],
                          fmt::format("no template file is named {}", shown(globs[i])));
    }
    for (const std::string& path : found) {
      try {
        files.push_back({path, read_file(path)});
      } catch (const Error& error) {
        root.file().problem(Diagnostic{{path, 0, 0}, error.what()});
      }
    }
  }
  return files;
}

}  // namespace

Templating read_templates(Map& root, std::vector<std::string>& globs) {
  const std::size_t problems_before = root.file().problems();
  root.read("templates", globs);
  if (root.file().problems() > problems_before) return {};
  const auto files = template_files(root, globs);
  if (root.file().problems() > problems_before) return {};
  if (files.empty()) {
    return {std::make_shared<MessageTemplates>(*MessageTemplates::standard())};
  }
  try {
    return {std::make_shared<MessageTemplates>(files)};
  } catch (const InvalidInput& error) {
    for (const Diagnostic& each : error.diagnostics()) root.file().problem(each);
    return {};
  }
}

}  // namespace tocsin::config
