#include "scrape/sample_labels.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tocsin::scrape {

Labels exposed_labels(std::span<const LabelView> labels) {
  return Labels::of({labels.begin(), labels.end()});
}

void attach(Labels& labels, const Labels& of_target, bool honor_labels) {
  std::vector<Label> conflicts;
  for (const LabelView& label : of_target) {
    if (honor_labels) {
      if (!labels.has(label.name)) labels.set(label.name, label.value);
      continue;
    }
    const std::string_view exposed = labels.get(label.name);
    if (!exposed.empty()) conflicts.push_back({std::string(label.name), std::string(exposed)});
    labels.set(label.name, label.value);
  }
  labels.drop_empty();
  // The shortest name first, so that exported_a of the target itself is moved after a is.
  std::stable_sort(conflicts.begin(), conflicts.end(),
                   [](const Label& a, const Label& b) { return a.name.size() < b.name.size(); });
  for (const Label& conflict : conflicts) {
    std::string name = conflict.name;
    do {
      name.insert(0, "exported_");
    } while (labels.has(name));
    labels.set(name, conflict.value);
  }
}

}  // namespace tocsin::scrape
