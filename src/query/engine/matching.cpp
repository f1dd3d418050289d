#include "query/engine/matching.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "query/engine/grouping.h"

namespace tocsin::query {
namespace {

using Rows = std::vector<std::size_t>;

/// The rows of a frame by the number of their signature.
std::vector<Rows> by_signature(SignatureIndex& index, const Frame& frame) {
  std::vector<Rows> rows;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const std::size_t number = index.number(frame.series[i]);
    if (number >= rows.size()) rows.resize(number + 1);
    rows[number].push_back(i);
  }
  return rows;
}

class VectorMatch {
 public:
  VectorMatch(Evaluation& evaluation, const Binary& binary, Frame& many, Frame& one)
      : evaluation_(evaluation),
        binary_(binary),
        matching_(*binary.matching),
        many_(many),
        one_(one),
        index_(Signature(matching_.labels, matching_.on)),
        swapped_(matching_.cardinality == Cardinality::OneToMany),
        grouped_(matching_.cardinality != Cardinality::OneToOne),
        out_(many.steps()) {}

  Frame run() {
    const std::vector<Rows> one_rows = by_signature(index_, one_);
    std::vector<Rows> many_rows = by_signature(index_, many_);
    many_rows.resize(std::max(many_rows.size(), one_rows.size()));
    note_steps_of_many();
    for (std::size_t number = 0; number < one_rows.size(); ++number) {
      if (one_rows[number].size() > 1) refuse_duplicates(one_rows[number]);
      for (const std::size_t many : many_rows[number]) {
        for (const std::size_t one : one_rows[number]) pair(many, one);
      }
      if (!grouped_ && many_rows[number].size() > 1) refuse_ambiguity(many_rows[number]);
    }
    merge();
    return std::move(out_);
  }

 private:
  /// Where the many side has nothing at a step, nobody minds what the other one has.
  void note_steps_of_many() {
    has_many_.assign(many_.steps(), 0);
    for (std::size_t i = 0; i < many_.series.size(); ++i) {
      const auto row = many_.row(i);
      for (std::size_t step = 0; step < row.size(); ++step) {
        if (!is_absent(row[step])) has_many_[step] = 1;
      }
    }
  }

  void refuse_duplicates(const Rows& rows) {
    for (std::size_t step = 0; step < one_.steps(); ++step) {
      if (has_many_[step] == 0) continue;
      const Identity* first = nullptr;
      for (const std::size_t row : rows) {
        if (is_absent(one_.row(row)[step])) continue;
        const Identity& identity = one_.series[row];
        if (first != nullptr) {
          throw EvaluationError(fmt::format(
              "found duplicate series for the match group {} on the {} hand-side of the operation: "
              "[{}, {}];many-to-many matching not allowed: matching labels must be unique on one "
              "side",
              index_.signature().labels(identity).to_string(), swapped_ ? "left" : "right",
              first->copy().to_string(), identity.copy().to_string()));
        }
        first = &identity;
      }
    }
  }

  /// One to one: two on the left must not meet the same one on the right.
  void refuse_ambiguity(const Rows& rows) {
    std::vector<char> seen(out_.steps(), 0);
    for (std::size_t i = 0; i < out_.series.size(); ++i) {
      if (std::find(rows.begin(), rows.end(), many_of_[i]) == rows.end()) continue;
      for (std::size_t step = 0; step < out_.steps(); ++step) {
        if (matched_[i][step] == 0) continue;
        if (seen[step] != 0) {
          throw EvaluationError(
              "multiple matches for labels: many-to-one matching must be explicit "
              "(group_left/group_right)");
        }
        seen[step] = 1;
      }
    }
  }

  void pair(std::size_t many, std::size_t one) {
    const std::span<double> row = out_.add(identity(many_.series[many], one_.series[one]));
    evaluation_.context().hold(row.size());
    many_of_.push_back(many);
    std::vector<char>& matched = matched_.emplace_back(row.size(), 0);
    const auto a = many_.row(many);
    const auto b = one_.row(one);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (is_absent(a[step]) || is_absent(b[step])) continue;
      matched[step] = 1;
      const double left = swapped_ ? b[step] : a[step];
      const double right = swapped_ ? a[step] : b[step];
      const double value = apply(binary_.op, left, right);
      if (!is_comparison(binary_.op) || binary_.returns_bool) {
        row[step] = value;
      } else if (value != 0) {
        row[step] = left;
      }
    }
  }

  Identity identity(const Identity& many, const Identity& one) {
    const bool delayed = evaluation_.context().settings.delayed_name_removal;
    const bool loses_name = !is_comparison(binary_.op) || (binary_.returns_bool && !delayed);
    const bool drops_name = many.drops_name || (binary_.returns_bool && delayed);
    const bool keeps_labels =
        grouped_ ? matching_.include.empty() : !matching_.on && matching_.labels.empty();
    if (keeps_labels) return {many.labels, many.nameless || loses_name, drops_name};
    Labels labels = many.copy();
    if (loses_name) labels.erase(kMetricName);
    if (!grouped_) {
      if (matching_.on) {
        std::vector<Label> kept;
        for (const std::string& name : matching_.labels)
          kept.push_back({name, std::string(labels.get(name))});
        labels = Labels(std::move(kept));
        labels.drop_empty();
      } else {
        for (const std::string& name : matching_.labels) labels.erase(name);
      }
    }
    for (const std::string& name : matching_.include) {
      const std::string_view value = one.get(name);
      if (value.empty()) {
        labels.erase(name);
      } else {
        labels.set(name, value);
      }
    }
    return {evaluation_.context().keep(std::move(labels)), false, drops_name};
  }

  void merge() {
    try {
      merge_same(out_);
    } catch (const EvaluationError&) {
      if (!grouped_) throw;
      throw EvaluationError(
          "multiple matches for labels: grouping labels must ensure unique matches");
    }
  }

  Evaluation& evaluation_;
  const Binary& binary_;
  const Matching& matching_;
  Frame& many_;
  Frame& one_;
  SignatureIndex index_;
  bool swapped_;
  bool grouped_;
  Frame out_;
  std::vector<char> has_many_;              // by step
  std::vector<std::size_t> many_of_;        // for each row of out_
  std::vector<std::vector<char>> matched_;  // for each row of out_, by step
};

}  // namespace

Frame match_vectors(Evaluation& evaluation, const Binary& binary, Frame left, Frame right) {
  if (binary.matching->fill_left || binary.matching->fill_right) {
    throw EvaluationError("fill modifiers are not computed yet");
  }
  const bool swapped = binary.matching->cardinality == Cardinality::OneToMany;
  return swapped ? VectorMatch(evaluation, binary, right, left).run()
                 : VectorMatch(evaluation, binary, left, right).run();
}

}  // namespace tocsin::query
