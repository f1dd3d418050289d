#include "cli/query_rows.h"

#include <set>

namespace tocsin::cli {

LabelColumns label_columns(const std::vector<const Labels*>& all) {
  LabelColumns columns;
  if (all.size() > 1) columns.common = *all.front();
  std::set<std::string, std::less<>> names;
  for (const Labels* labels : all) {
    for (const LabelView& label : *labels) {
      if (!names.contains(label.name)) names.emplace(label.name);
    }
    std::vector<std::string> differing;
    for (const LabelView& label : columns.common) {
      if (labels->get(label.name) != label.value) differing.emplace_back(label.name);
    }
    for (const std::string& name : differing) columns.common.erase(name);
  }
  for (const std::string& name : names) {
    if (!columns.common.has(name)) columns.names.push_back(name);
  }
  return columns;
}

}  // namespace tocsin::cli
