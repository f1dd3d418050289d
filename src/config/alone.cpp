#include "config/alone.h"

#include "config/parts.h"

namespace tocsin::config {
namespace {

/// Calls `read` with the first document of the text, if there is one. Throws InvalidInput.
template <class Read>
void read_document(std::string_view text, const std::filesystem::path& path, Read read) {
  std::vector<Diagnostic> diagnostics;
  File file(path.string(), diagnostics);
  file.environment = process_environment();
  const Documents documents = parse_yaml(text, file);
  if (!documents.roots.empty()) read(*documents.roots.front(), file);
  if (!diagnostics.empty()) throw InvalidInput(std::move(diagnostics));
}

std::vector<Receiver> read_receiver_names(Map& root) {
  std::vector<Receiver> receivers;
  root.for_each("receivers", [&receivers](const Node& node) {
    for (const Node::Entry& entry : node.entries) {
      if (entry.key == "name") receivers.emplace_back().name = entry.value->text;
    }
  });
  return receivers;
}

}  // namespace

net::HttpSettings load_http_settings(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  net::HttpSettings settings;
  read_document(text, path, [&settings](const Node& node, File& file) {
    settings = read_http_settings(node, file);
  });
  return settings;
}

std::shared_ptr<const Config> parse_routing(std::string_view text,
                                            const std::filesystem::path& path) {
  auto config = std::make_shared<Config>();
  config->file = path.string();
  read_document(text, path, [&config](const Node& node, File& file) {
    Map root(node, "configuration", file);
    if (!root.usable()) return;
    for (const Node::Entry& entry : node.entries) root.find(entry.key);
    config->receivers = read_receiver_names(root);
    config->time_intervals = read_time_intervals(root, config->warnings);
    config->route =
        read_route(root, config->receivers, config->time_intervals, {}, config->warnings);
    config->inhibit_rules = read_inhibit_rules(root, config->warnings);
  });
  return config;
}

}  // namespace tocsin::config
