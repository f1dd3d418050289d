#include "trial/test_file.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include <fmt/format.h>

#include "config/config.h"
#include "trial/reader.h"

namespace tocsin::trial {
namespace {

using config::shown;

/// A quiet NaN that no arithmetic makes.
constexpr std::uint64_t kGapBits = 0x7ff8'6761'7000'0001;

bool is_pattern(std::string_view name) { return name.find_first_of("*?[") != name.npos; }

void read_rule_file(const std::string& path, TestFile& file, std::vector<Diagnostic>& diagnostics) {
  file.files.push_back(path);
  try {
    auto groups = config::parse_rule_file(config::read_file(path), path, diagnostics);
    std::move(groups.begin(), groups.end(), std::back_inserter(file.groups));
  } catch (const Error& error) {
    diagnostics.push_back({{path, 0, 0}, error.what()});
  }
}

void read_rule_files(config::Map& root, TestFile& file, std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> patterns;
  root.read("rule_files", patterns);
  std::set<std::string> seen;
  const std::filesystem::path folder = root.file().folder();
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> found = config::matching_files(folder, pattern);
    const Position where = root.file().position(root.find("rule_files")->mark);
    if (found.empty() && is_pattern(pattern)) {
      file.warnings.push_back({where, fmt::format("no file matches {}", shown(pattern))});
    } else if (found.empty()) {
      diagnostics.push_back({where, fmt::format("there is no rule file {}; names are relative to "
                                                "the folder of the test file",
                                                shown(pattern))});
    }
    if (is_pattern(pattern)) {
      file.files.push_back(
          std::filesystem::path(root.file().resolve(pattern)).parent_path().string());
    }
    for (const std::string& path : found) {
      if (seen.insert(path).second) read_rule_file(path, file, diagnostics);
    }
  }
}

void read_config(config::Map& root, TestFile& file, std::vector<Diagnostic>& diagnostics) {
  std::string path;
  if (!root.read_path("config_file", path)) return;
  file.files.push_back(path);
  try {
    file.config = config::load(path);
  } catch (const InvalidInput& error) {
    for (const Diagnostic& each : error.diagnostics()) diagnostics.push_back(each);
  }
  if (file.config && !root.has("rule_files")) file.groups = file.config->groups;
}

/// The groups that are named come in the order of their names, the others with the first of them.
void order_groups(config::Map& root, TestFile& file) {
  std::vector<std::string> names;
  if (!root.read("group_eval_order", names)) return;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!places.emplace(names[i], i).second) {
      root.problem("group_eval_order",
                   fmt::format("group {} stands twice in this order", shown(names[i])));
    }
    const bool exists = std::any_of(file.groups.begin(), file.groups.end(),
                                    [&](const auto& group) { return group.name == names[i]; });
    if (exists) continue;
    file.warnings.push_back({root.file().position(root.find("group_eval_order")->mark),
                             fmt::format("no rule file has a group {}", shown(names[i]))});
  }
  const auto place = [&](const rule::RuleGroup& group) {
    const auto found = places.find(group.name);
    return found == places.end() ? 0 : found->second;
  };
  std::stable_sort(file.groups.begin(), file.groups.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

/// A check of an alert that no rule has passes whatever happens, where it expects none.
void look_for_rules(TestFile& file) {
  std::set<std::string_view> alerts;
  for (const rule::RuleGroup& group : file.groups) {
    for (const rule::Rule& rule : group.rules) {
      if (rule.kind == rule::Kind::Alerting) alerts.insert(rule.name);
    }
  }
  const std::vector<std::string_view> names(alerts.begin(), alerts.end());
  for (const Test& test : file.tests) {
    for (const AlertCheck& check : test.alerts) {
      if (check.alertname.empty() || alerts.contains(check.alertname)) continue;
      file.warnings.push_back(
          {check.where, fmt::format("no rule has the alert {}{}", shown(check.alertname),
                                    config::did_you_mean(check.alertname, names))});
    }
  }
}

void read_root(config::Map& root, const ReadOptions& options, TestFile& file,
               std::vector<Diagnostic>& diagnostics) {
  Duration interval{0};
  if (root.read("evaluation_interval", interval) && interval > Duration{0}) {
    file.evaluation_interval = interval;
  }
  root.read("fuzzy_compare", file.fuzzy_compare);
  read_rule_files(root, file, diagnostics);
  read_config(root, file, diagnostics);
  order_groups(root, file);
  Reading reading{options, file};
  root.for_each("tests", [&](const config::Node& node) {
    file.tests.push_back(read_test(node, root.file(), reading));
  });
  const config::Node* tests = root.find("tests");
  if (tests == nullptr || (tests->is_list() && tests->list.empty())) {
    root.problem("there are no tests in this file; list them under \"tests\"");
  }
  look_for_rules(file);
}

}  // namespace

double gap() { return std::bit_cast<double>(kGapBits); }
bool is_gap(double value) { return std::bit_cast<std::uint64_t>(value) == kGapBits; }

TestFile parse_test_file(std::string_view text, const std::filesystem::path& path,
                         const ReadOptions& options, std::vector<Diagnostic>& diagnostics) {
  TestFile result;
  result.name = path.string();
  result.files.push_back(result.name);
  const std::size_t before = diagnostics.size();
  config::File file(result.name, diagnostics);
  config::Documents documents = config::parse_yaml(text, file);
  std::erase_if(documents.roots, [](const config::Node* each) { return each->is_null(); });
  if (documents.roots.size() > 1) {
    file.problem(*documents.roots[1], "a second document begins here; a test file is only one");
  }
  if (!documents.roots.empty()) {
    config::Map root(*documents.roots.front(), "test file", file);
    if (root.usable()) read_root(root, options, result, diagnostics);
  } else if (diagnostics.size() == before) {
    file.problem(config::Mark{}, "the file is empty; list tests under \"tests\"");
  }
  rule::name_rules(result.groups);
  return result;
}

TestFile read_test_file(const std::filesystem::path& path, const ReadOptions& options,
                        std::vector<Diagnostic>& diagnostics) {
  try {
    return parse_test_file(config::read_file(path), path, options, diagnostics);
  } catch (const InvalidInput&) {
    throw;
  } catch (const Error& error) {
    diagnostics.push_back({{path.string(), 0, 0}, error.what()});
  }
  TestFile nothing;
  nothing.name = path.string();
  nothing.files.push_back(nothing.name);
  return nothing;
}

}  // namespace tocsin::trial
