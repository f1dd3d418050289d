#include "check/check.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "check/ignore.h"
#include "check/rules.h"
#include "config/file.h"

namespace tocsin::check {
namespace {

using config::Node;

bool has_key(const Node& node, std::string_view key) {
  return std::any_of(node.entries.begin(), node.entries.end(),
                     [key](const Node::Entry& each) { return each.key == key; });
}

template <class Keys>
bool has_any(const Node& node, const Keys& keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return has_key(node, key); });
}

Kind kind_of(const Node& document) {
  constexpr std::array<std::string_view, 2> kTests = {"tests", "fuzzy_compare"};
  constexpr std::array<std::string_view, 3> kRules = {"groups", "kind", "apiVersion"};
  constexpr std::array<std::string_view, 10> kConfigurations = {
      "route",    "receivers",      "sources",   "global",     "inhibit_rules",
      "alerting", "scrape_configs", "templates", "rule_files", "time_intervals"};
  if (has_any(document, kRules)) return Kind::Rules;
  if (has_any(document, kTests)) return Kind::Tests;
  return has_any(document, kConfigurations) ? Kind::Configuration : Kind::Unknown;
}

/// Everything about one file of the command line.
class FileCheck {
 public:
  FileCheck(std::string_view text, const std::string& file, const Options& options)
      : text_(text),
        file_(file),
        options_(options),
        rules_(options.settings, result_.findings),
        observer_([this](const config::RuleReading& reading) { rule(reading); }) {
    result_.name = file;
    ignores_.try_emplace(file, text, file);
  }

  CheckedFile run() {
    result_.kind = check::kind_of(text_);
    if (result_.kind == Kind::Configuration) {
      configuration();
    } else if (result_.kind == Kind::Tests) {
      if (options_.tests) errors(options_.tests(std::string(text_), file_));
    } else {
      rule_file();
    }
    result_.rules = rules_.rules();
    choose();
    return std::move(result_);
  }

 private:
  void rule(const config::RuleReading& reading) {
    const std::string& name = reading.file.name();
    ignores_.try_emplace(name, reading.file.text(), name);
    rules_.look_at(reading);
  }

  void errors(const std::vector<Diagnostic>& diagnostics) {
    for (const Diagnostic& each : diagnostics) {
      result_.findings.push_back({kInvalid, Severity::Error, each, 0});
    }
  }

  void rule_file() {
    std::vector<Diagnostic> diagnostics;
    config::parse_rule_file(text_, file_, diagnostics, observer_);
    const bool is_foreign = result_.kind == Kind::Unknown && has_keys();
    if (is_foreign) {
      diagnostics = {
          {{file_, 1, 1},
           "this is none of the files that Tocsin knows: rule files have \"groups\", "
           "files of unit tests \"tests\", the configuration \"route\" and \"receivers\""}};
    }
    errors(diagnostics);
  }

  bool has_keys() const {
    std::vector<Diagnostic> ignored;
    config::File file(file_, ignored);
    const config::Documents documents = config::parse_yaml(text_, file);
    return std::any_of(documents.roots.begin(), documents.roots.end(),
                       [](const Node* each) { return !each->entries.empty(); });
  }

  void configuration() {
    try {
      const auto loaded = config::parse(text_, file_, config::process_environment(), observer_);
      for (const Diagnostic& each : loaded->warnings) {
        result_.findings.push_back({kConfiguration, Severity::Warning, each, 0});
      }
      routes(*loaded);
    } catch (const InvalidInput& invalid) {
      errors(invalid.diagnostics());
    }
  }

  void routes(const config::Config& loaded) {
    std::vector<Diagnostic> ignored;
    config::File file(file_, ignored);
    const config::Documents documents = config::parse_yaml(text_, file);
    for (const Node* document : documents.roots) {
      for (const Node::Entry& each : document->entries) {
        if (each.key != "route") continue;
        std::vector<Finding> found = unreachable_routes(
            loaded.route, *each.value, file_, rules_.alerts(), loaded.global.external_labels);
        std::move(found.begin(), found.end(), std::back_inserter(result_.findings));
      }
    }
  }

  /// Leaves what is wanted and not ignored, by its place.
  void choose() {
    std::vector<Finding>& all = result_.findings;
    std::erase_if(all, [this](const Finding& each) {
      const auto ignores = ignores_.find(each.what.where.file);
      const bool covered = ignores != ignores_.end() && ignores->second.covers(each);
      return covered || !is_wanted(each);
    });
    for (const auto& [name, ignores] : ignores_) {
      for (Finding& each : ignores.unused(options_.codes)) {
        if (is_wanted(each)) all.push_back(std::move(each));
      }
    }
    std::stable_sort(all.begin(), all.end(), [this](const Finding& a, const Finding& b) {
      const auto key = [this](const Position& at) {
        return std::make_tuple(at.file != file_, std::string_view(at.file), at.line, at.column);
      };
      return key(a.what.where) < key(b.what.where);
    });
  }

  bool is_wanted(const Finding& finding) const {
    return finding.severity == Severity::Error || options_.codes.contains(finding.code);
  }

  std::string_view text_;
  const std::string& file_;
  const Options& options_;
  CheckedFile result_;
  RuleChecker rules_;
  config::RuleObserver observer_;
  std::map<std::string, Ignores> ignores_;
};

using Said = std::tuple<std::string, int, int, std::string>;

Said key_of(const Diagnostic& what) {
  return {what.where.file, what.where.line, what.where.column, what.message};
}

}  // namespace

Kind kind_of(std::string_view text) {
  std::vector<Diagnostic> ignored;
  config::File file("", ignored);
  const config::Documents documents = config::parse_yaml(text, file);
  for (const Node* document : documents.roots) {
    const Kind kind = kind_of(*document);
    if (kind != Kind::Unknown) return kind;
  }
  return Kind::Unknown;
}

CheckedFile check_text(std::string_view text, const std::string& file, const Options& options) {
  return FileCheck(text, file, options).run();
}

CheckedFile check_file(const std::string& file, const Options& options) {
  try {
    return check_text(config::read_file(file), file, options);
  } catch (const Error& error) {
    CheckedFile result;
    result.name = file;
    result.findings.push_back({kInvalid, Severity::Error, {{file, 0, 0}, error.what()}, 0});
    return result;
  }
}

std::vector<CheckedFile> check_files(const std::vector<std::string>& files,
                                     const Options& options) {
  std::vector<CheckedFile> results;
  std::set<Said> said;
  for (const std::string& file : files) {
    CheckedFile result = check_file(file, options);
    std::erase_if(result.findings,
                  [&](const Finding& each) { return !said.insert(key_of(each.what)).second; });
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace tocsin::check
