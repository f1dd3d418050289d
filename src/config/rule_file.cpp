#include <fmt/format.h>

#include "config/parts.h"
#include "config/rule_reader.h"

namespace tocsin::config {
namespace {

constexpr std::string_view kApiVersion = "monitoring.coreos.com/v1";

/// The groups of one file, whatever documents they come in.
class GroupsReader {
 public:
  GroupsReader(File& file, const RuleContext& context) : file_(file), context_(context) {}

  std::vector<rule::RuleGroup> groups;

  void read_document(const Node& document) {
    if (document.is_null()) return;
    if (has_key(document, "kind") || has_key(document, "apiVersion")) {
      read_object(document);
      return;
    }
    Map map(document, "rule file", file_);
    if (map.usable()) read_groups(map);
  }

 private:
  static bool has_key(const Node& node, std::string_view key) {
    for (const Node::Entry& each : node.entries) {
      if (each.key == key) return true;
    }
    return false;
  }

  void read_groups(Map& map) {
    map.for_each("groups", [this](const Node& node) {
      groups.push_back(read_group(node, file_, context_, names_));
    });
  }

  /// A PrometheusRule, or a list of them as kubectl prints it.
  void read_object(const Node& node) {
    Map map(node, "Kubernetes object", file_);
    if (!map.usable()) return;
    map.find("metadata");
    map.find("status");
    std::string kind;
    std::string version;
    map.read("kind", kind);
    map.read("apiVersion", version);
    if (kind == "List" || kind == "PrometheusRuleList") {
      // Lists in lists: the nesting of the YAML, which is limited, bounds this recursion.
      map.for_each("items", [this](const Node& item) { read_object(item); });
      return;
    }
    map.find("spec");
    if (kind != "PrometheusRule") {
      map.problem("kind", fmt::format("kind {} holds no rules; only PrometheusRule and List do",
                                      shown(kind)));
      return;
    }
    if (version != kApiVersion) {
      map.problem("apiVersion", fmt::format("apiVersion of a PrometheusRule must be {}, not {}",
                                            kApiVersion, shown(version)));
    }
    read_spec(map);
  }

  void read_spec(Map& object) {
    const Node* node = object.find("spec");
    if (node == nullptr) return;
    Map spec(*node, "spec", file_);
    if (spec.usable()) read_groups(spec);
  }

  File& file_;
  const RuleContext& context_;
  std::set<std::string> names_;
};

}  // namespace

std::vector<rule::RuleGroup> read_rule_text(std::string_view text, const std::string& name,
                                            const RuleContext& context,
                                            std::vector<Diagnostic>& diagnostics) {
  File file(name, diagnostics);
  const Documents documents = parse_yaml(text, file);
  GroupsReader reader(file, context);
  for (const Node* document : documents.roots) reader.read_document(*document);
  return std::move(reader.groups);
}

std::vector<rule::RuleGroup> parse_rule_file(std::string_view text, const std::string& file,
                                             std::vector<Diagnostic>& diagnostics,
                                             const RuleObserver& observer) {
  const Global standard;
  return read_rule_text(
      text, file, {standard.evaluation_interval, standard.rule_query_offset, nullptr, observer},
      diagnostics);
}

}  // namespace tocsin::config
