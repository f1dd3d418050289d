// Rules as the configuration gives them, and what one answer makes of them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/error.h"
#include "model/labels.h"
#include "model/time.h"
#include "query/source.h"
#include "state/step.h"
#include "template/template.h"

namespace tocsin::rule {

enum class Kind { Alerting, Recording };

/// A label or annotation: a name and a template for its value.
struct TemplatedLabel {
  std::string name;
  tmpl::Template value;
};

struct Rule {
  Kind kind = Kind::Alerting;
  std::string name;  ///< of the alert or of the recorded series
  std::string expression;
  state::Hold hold;                         ///< for, keep_firing_for
  std::vector<TemplatedLabel> labels;       ///< the group's under the rule's own, sorted by name
  std::vector<TemplatedLabel> annotations;  ///< sorted by name
  Position where;
  /// Survives reloads and restarts: group, name, labels and, where these are not unique, an
  /// ordinal. State is kept under it, so editing an expression or a `for` keeps the clocks.
  std::string id;
};

struct RuleGroup {
  std::string name;
  std::string file;
  Duration interval = std::chrono::minutes{1};
  Duration query_offset{0};
  std::size_t limit = 0;  ///< 0: none
  std::string source;     ///< name of the source that answers; empty: the first one
  /// Where in its interval it runs; by default a hash of its key, so that groups spread.
  std::optional<Duration> offset;
  /// How far before an evaluation its expressions look at most (query::reach_of).
  Duration reach{0};
  std::vector<Rule> rules;

  /// file + ";" + name, as Prometheus keys its groups.
  std::string key() const { return file + ";" + name; }
};

/// Fills Rule::id of all rules. Called once after loading all files.
void name_rules(std::vector<RuleGroup>& groups);

/// What templates may see besides the sample.
struct TemplateContext {
  Labels external_labels;
  std::string external_url;
  /// Whether an alert gets the external labels whose names it has no label of.
  bool label_alerts = true;
};

/// What templates asked the source with `query`. Expanding is pure: an expression that is not in
/// `known` is noted in `wanted`, and whoever expands asks for it and expands once more.
struct TemplateQueries {
  std::map<std::string, query::Answer> known;
  std::set<std::string> wanted;
};
/// More than this many for one evaluation of a rule are an error in the text.
inline constexpr std::size_t kMaxTemplateQueries = 1000;

/// The alerts that an answer means, or why it cannot be used (two samples become the same alert).
/// A template that fails becomes `<error expanding template: …>` in the text and a warning.
/// `previous` lets annotations be taken over where value and labels are unchanged. The group's
/// limit is checked by the caller, after state::step: it counts pending and firing alerts.
/// Not to be used when `queries.wanted` is not empty afterwards. `now` is the evaluation's time.
struct Instances {
  std::vector<state::Instance> instances;
  std::vector<std::string> warnings;
};
std::variant<Instances, query::Failure> instances(const Rule& rule, const query::Samples& vector,
                                                  const state::Actives& previous,
                                                  const TemplateContext& context,
                                                  TemplateQueries& queries, Timestamp now);

/// The samples that a recording rule's answer means: name and labels of the rule applied.
std::variant<query::Samples, query::Failure> recorded(const Rule& rule, std::size_t limit,
                                                      const query::Samples& vector, Timestamp at);

}  // namespace tocsin::rule
