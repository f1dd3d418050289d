#include "rule/rule.h"

#include <map>

#include <fmt/format.h>

namespace tocsin::rule {

void name_rules(std::vector<RuleGroup>& groups) {
  std::map<std::string, int> seen;
  for (RuleGroup& group : groups) {
    for (Rule& rule : group.rules) {
      std::vector<Label> labels;
      for (const TemplatedLabel& label : rule.labels)
        labels.push_back({label.name, label.value.text()});
      const std::string id =
          fmt::format("{}/{}{}", group.name, rule.name, Labels(labels).to_string());
      const int ordinal = seen[id]++;
      rule.id = ordinal == 0 ? id : fmt::format("{}#{}", id, ordinal);
    }
  }
}

}  // namespace tocsin::rule
