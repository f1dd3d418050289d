// Whatever rules and labels say: there is a label set without empty values in it, or it is dropped;
// and a rule that leaves only such sets can be applied again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "model/error.h"
#include "scrape/relabel.h"

namespace {

using namespace tocsin;
using namespace tocsin::scrape;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Lines: action number, source, regex, target, replacement, then name and value in turns.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

RelabelRule rule_of(const std::vector<std::string>& lines) {
  RelabelRule rule;
  rule.action = static_cast<RelabelAction>(static_cast<unsigned char>(lines[0][0]) % 11);
  rule.source_labels = {lines[1]};
  rule.regex = Pattern(lines[2].substr(0, 200));
  rule.target_label = lines[3];
  rule.replacement = lines[4].substr(0, 200);
  rule.modulus = lines[0].size();
  return rule;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  std::vector<std::string> lines = lines_of({reinterpret_cast<const char*>(data), size});
  if (lines.size() < 5 || lines[0].empty()) return 0;
  try {
    const RelabelRule rule = rule_of(lines);
    if ((rule.action == RelabelAction::HashMod || !problem_of(rule).empty()) &&
        rule.target_label.empty()) {
      return 0;
    }
    Labels labels;
    for (std::size_t i = 5; i + 1 < lines.size(); i += 2) {
      if (!lines[i].empty() && !lines[i + 1].empty()) labels.set(lines[i], lines[i + 1]);
    }
    if (!relabel(labels, {&rule, 1})) return 0;
    for (const LabelView& label : labels) require(!label.name.empty() && !label.value.empty());
    Labels again = labels;
    static_cast<void>(relabel(again, {&rule, 1}));
  } catch (const Error&) {
  }
  return 0;
}
