// info(): adds to each series the labels of the info metrics about the same target.
//
// Source: Prometheus, docs "Query functions", info(), an experimental function.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "query/engine/calls.h"
#include "query/engine/grouping.h"

namespace tocsin::query {
namespace {

const std::vector<std::string>& identifying_labels() {
  static const std::vector<std::string> names{"instance", "job"};
  return names;
}

bool is_identifying(std::string_view name) {
  const auto& names = identifying_labels();
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The second argument of info(), sorted out.
struct Wanted {
  Matchers names;                  ///< of the info metrics
  Matchers data;                   ///< the others
  std::set<std::string> labels;    ///< that are added; empty: all
  bool data_accepts_empty = true;  ///< a series that has no info stays as it is
};

Wanted sort_out(const Call& call) {
  Wanted wanted;
  if (call.arguments.size() > 1) {
    const auto& selector = *without_parentheses(*call.arguments[1]).as<VectorSelector>();
    for (const Matcher& matcher : selector.matchers) {
      if (matcher.name() == kMetricName) {
        wanted.names.push_back(matcher);
        continue;
      }
      wanted.data.push_back(matcher);
      wanted.labels.insert(matcher.name());
      wanted.data_accepts_empty = wanted.data_accepts_empty && matcher.matches("");
    }
  }
  if (wanted.names.empty()) {
    wanted.names.emplace_back(std::string(kMetricName), MatchOp::Equal, "target_info");
  } else if (std::none_of(wanted.names.begin(), wanted.names.end(),
                          [](const Matcher& matcher) { return matcher.is_equal(); })) {
    // It only says which ones not.
    wanted.names.emplace_back(std::string(kMetricName), MatchOp::Regex, ".+_info");
  }
  return wanted;
}

/// The time at which the first selector of an expression looks, as seen from its steps.
struct Reference {
  std::int64_t offset = 0;
  std::optional<std::int64_t> at;
};

void add(Reference& inner, Evaluation& evaluation, const Modifiers& modifiers) {
  if (inner.at) return;
  inner.offset += evaluation.length(modifiers.offset);
  inner.at = evaluation.fixed_time(modifiers);
}

std::optional<Reference> reference_of(Evaluation& evaluation, const Expr& expr) {
  if (const auto* selector = expr.as<VectorSelector>()) {
    Reference reference;
    add(reference, evaluation, selector->modifiers);
    return reference;
  }
  std::optional<Reference> found;
  for_each_child(expr, [&](const Expr& child) {
    if (!found) found = reference_of(evaluation, child);
  });
  if (const auto* subquery = expr.as<Subquery>(); subquery != nullptr && found) {
    add(*found, evaluation, subquery->modifiers);
  }
  return found;
}

/// When the info series were last seen at each step, in seconds.
Frame select_info(Evaluation& evaluation, const Expr& base, const Wanted& wanted) {
  VectorSelector selector;
  selector.matchers = wanted.names;
  selector.matchers.insert(selector.matchers.end(), wanted.data.begin(), wanted.data.end());
  const Reference reference = reference_of(evaluation, base).value_or(Reference());
  selector.modifiers.offset.literal = Duration(reference.offset);
  if (reference.at) {
    selector.modifiers.at_kind = AtKind::Timestamp;
    selector.modifiers.at = Timestamp(Duration(*reference.at));
  }
  return evaluation.select(selector, Give::TimesOfNumbers);
}

class Info {
 public:
  Info(Evaluation& evaluation, const Call& call)
      : evaluation_(evaluation),
        wanted_(sort_out(call)),
        base_(evaluation.vector(*call.arguments[0])),
        info_(select_info(evaluation, *call.arguments[0], wanted_)),
        index_(Signature(identifying_labels(), true)),
        out_(base_.steps()) {
    for (std::size_t i = 0; i < info_.series.size(); ++i) {
      const std::size_t target = index_.number(info_.series[i]);
      if (target >= info_of_.size()) info_of_.resize(target + 1);
      info_of_[target].push_back(i);
    }
  }

  Frame run() {
    for (std::size_t i = 0; i < base_.series.size(); ++i) enrich(i);
    merge_same(out_);
    return std::move(out_);
  }

 private:
  using Rows = std::vector<std::size_t>;

  bool is_info(const Identity& identity) const {
    return std::all_of(wanted_.names.begin(), wanted_.names.end(), [&](const Matcher& matcher) {
      return matcher.matches(identity.get(kMetricName));
    });
  }

  /// Of each info metric, the series of the target that was seen last.
  Rows latest(const Rows& candidates, std::size_t step) const {
    std::map<std::string_view, std::size_t> best;
    for (const std::size_t row : candidates) {
      const double seen = info_.row(row)[step];
      if (is_absent(seen)) continue;
      const auto [found, is_new] = best.emplace(info_.series[row].get(kMetricName), row);
      if (is_new) continue;
      const double other = info_.row(found->second)[step];
      if (seen == other) {
        throw EvaluationError(fmt::format("found duplicate series for info metric: {} and {}",
                                          info_.series[found->second].copy().to_string(),
                                          info_.series[row].copy().to_string()));
      }
      if (seen > other) found->second = row;
    }
    Rows rows;
    for (const auto& [name, row] : best) rows.push_back(row);
    return rows;
  }

  Identity enriched(const Identity& base, const Rows& rows) {
    Labels labels = base.copy();
    std::map<std::string, std::string> added;
    for (const std::size_t row : rows) {
      info_.series[row].for_each([&](const LabelView& label) {
        const bool is_data = label.name != kMetricName && !is_identifying(label.name);
        if (!is_data || labels.has(label.name)) return;
        if (!wanted_.labels.empty() && !wanted_.labels.contains(std::string(label.name))) return;
        const auto [found, is_new] = added.emplace(label.name, label.value);
        if (!is_new && found->second != label.value) {
          throw EvaluationError(
              fmt::format("conflicting label \"{}\" in info metrics: \"{}\" and \"{}\"", label.name,
                          found->second, label.value));
        }
      });
    }
    for (const auto& [name, value] : added) labels.set(name, value);
    return {evaluation_.context().keep(std::move(labels)), false, base.drops_name};
  }

  void enrich(std::size_t base_row) {
    const Identity& base = base_.series[base_row];
    const auto values = base_.row(base_row);
    const bool passes = is_info(base) || !has_identifying_label(base);
    static const Rows kNone;
    const std::size_t target = index_.number(base);
    const Rows& candidates = passes || target >= info_of_.size() ? kNone : info_of_[target];
    std::map<Rows, std::size_t> row_of;
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (is_absent(values[step])) continue;
      const Rows rows = latest(candidates, step);
      if (rows.empty() && !is_info(base) && !wanted_.data_accepts_empty) continue;
      const auto [found, is_new] = row_of.emplace(rows, out_.series.size());
      if (is_new) {
        out_.add(rows.empty() ? base : enriched(base, rows));
        evaluation_.context().hold(values.size());
      }
      out_.row(found->second)[step] = values[step];
    }
  }

  static bool has_identifying_label(const Identity& identity) {
    const auto& names = identifying_labels();
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return !identity.get(name).empty(); });
  }

  Evaluation& evaluation_;
  Wanted wanted_;
  Frame base_;
  Frame info_;
  SignatureIndex index_;
  std::vector<Rows> info_of_;  // by target
  Frame out_;
};

}  // namespace

Frame info_call(Evaluation& evaluation, const Call& call) { return Info(evaluation, call).run(); }

}  // namespace tocsin::query
