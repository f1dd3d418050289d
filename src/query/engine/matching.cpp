#include "query/engine/matching.h"

#include <algorithm>
#include <unordered_map>

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

/// At one step of one pair: both sides, as they stand in the expression.
struct Sides {
  double left = 0;
  double right = 0;
};

class VectorMatch {
 public:
  VectorMatch(Evaluation& evaluation, const Expr& expr, Frame& many, Frame& one)
      : evaluation_(evaluation),
        expr_(expr),
        binary_(*expr.as<Binary>()),
        matching_(*binary_.matching),
        many_(many),
        one_(one),
        index_(Signature(matching_.labels, matching_.on)),
        swapped_(matching_.cardinality == Cardinality::OneToMany),
        grouped_(matching_.cardinality != Cardinality::OneToOne),
        // With group_right, too: Prometheus means the many by "left".
        fill_many_(matching_.fill_left),
        fill_one_(matching_.fill_right),
        out_(many.steps()) {}

  Frame run() {
    one_rows_ = by_signature(index_, one_);
    many_rows_ = by_signature(index_, many_);
    const std::size_t count = std::max(many_rows_.size(), one_rows_.size());
    many_rows_.resize(count);
    one_rows_.resize(count);
    has_many_ = presence(many_);
    for (std::size_t number = 0; number < count; ++number) match(number);
    merge_same(out_);
    return std::move(out_);
  }

 private:
  /// At which steps there is any sample.
  static std::vector<char> presence(const Frame& frame) {
    std::vector<char> present(frame.steps(), 0);
    for (std::size_t i = 0; i < frame.series.size(); ++i) {
      const auto row = frame.row(i);
      for (std::size_t step = 0; step < row.size(); ++step) {
        if (!is_absent(row[step])) present[step] = 1;
      }
    }
    return present;
  }

  /// All pairs of one signature.
  void match(std::size_t number) {
    const Rows& manys = many_rows_[number];
    const Rows& ones = one_rows_[number];
    if (ones.size() > 1) refuse_duplicates(ones);
    matched_.clear();
    for (const std::size_t many : manys) {
      for (const std::size_t one : ones) pair(many, one);
    }
    if (fill_one_) {
      for (const std::size_t many : manys) fill_one(many, ones);
    }
    if (fill_many_) {
      for (const std::size_t one : ones) fill_many(one);
    }
    if (manys.size() > 1) refuse_ambiguity();
  }

  /// Where the other side has nothing at a step, nobody minds what this one has.
  void refuse_duplicates(const Rows& rows) {
    for (std::size_t step = 0; step < one_.steps(); ++step) {
      if (has_many_[step] == 0 && !fill_many_) continue;
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

  /// Two of the many must not give the same series at the same step; one to one, nor must they meet
  /// the same sample.
  void refuse_ambiguity() {
    if (!grouped_) {
      std::vector<char> seen(out_.steps(), 0);
      for (const Matched& each : matched_) {
        refuse_common_step(each.steps, seen,
                           "multiple matches for labels: many-to-one matching must be explicit "
                           "(group_left/group_right)");
        for (std::size_t step = 0; step < seen.size(); ++step) seen[step] |= each.steps[step];
      }
      return;
    }
    std::unordered_multimap<std::uint64_t, const Matched*> seen;
    for (const Matched& each : matched_) {
      const std::uint64_t hash = each.identity.hash();
      const auto [begin, end] = seen.equal_range(hash);
      for (auto other = begin; other != end; ++other) {
        if (!(other->second->identity == each.identity)) continue;
        refuse_common_step(
            each.steps, other->second->steps,
            "multiple matches for labels: grouping labels must ensure unique matches");
      }
      seen.emplace(hash, &each);
    }
  }

  static void refuse_common_step(const std::vector<char>& a, const std::vector<char>& b,
                                 const char* message) {
    for (std::size_t step = 0; step < a.size(); ++step) {
      if (a[step] != 0 && b[step] != 0) throw EvaluationError(message);
    }
  }

  /// Computes the row wherever `sides` has both.
  template <typename GiveSides>
  void compute(const Identity& identity, const GiveSides& sides) {
    const std::span<double> row = out_.add(identity);
    evaluation_.context().hold(row.size());
    Matched& matched = matched_.emplace_back(Matched{identity, std::vector<char>(row.size(), 0)});
    for (std::size_t step = 0; step < row.size(); ++step) {
      const Sides both = sides(step);
      if (is_absent(both.left) || is_absent(both.right)) continue;
      row[step] = computed(both, matched.steps[step]);
    }
  }

  double computed(const Sides& sides, char& matched) {
    const auto [left, right] = sides;
    if (is_histogram(left) || is_histogram(right) || needs_histogram(binary_.op)) {
      const double value =
          apply_to_histograms(evaluation_.context(), expr_, binary_.op, left, right);
      matched = is_absent(value) ? 0 : 1;
      out_.has_histograms |= is_histogram(value);
      return value;
    }
    matched = 1;
    const double value = apply(binary_.op, left, right);
    if (!is_comparison(binary_.op) || binary_.returns_bool) return value;
    return value != 0 ? left : kAbsent;
  }

  Sides sides(double many, double one) const {
    return swapped_ ? Sides{one, many} : Sides{many, one};
  }

  void pair(std::size_t many, std::size_t one) {
    const auto a = many_.row(many);
    const auto b = one_.row(one);
    compute(identity(many_.series[many], one_.series[one]),
            [&](std::size_t step) { return sides(a[step], b[step]); });
  }

  void fill_one(std::size_t many, const Rows& ones) {
    const auto row = many_.row(many);
    const Identity filled{
        evaluation_.context().keep(index_.signature().labels(many_.series[many]))};
    compute(identity(many_.series[many], filled), [&](std::size_t step) {
      const bool has_one = std::any_of(ones.begin(), ones.end(), [&](std::size_t one) {
        return !is_absent(one_.row(one)[step]);
      });
      return sides(row[step], has_one ? kAbsent : *fill_one_);
    });
  }

  /// Where nothing has matched the sample.
  void fill_many(std::size_t one) {
    const auto row = one_.row(one);
    std::vector<char> unmatched(row.size(), 1);
    for (const Matched& each : matched_) {
      for (std::size_t step = 0; step < row.size(); ++step) {
        if (each.steps[step] != 0) unmatched[step] = 0;
      }
    }
    const Identity filled{evaluation_.context().keep(index_.signature().labels(one_.series[one]))};
    compute(identity(filled, one_.series[one]), [&](std::size_t step) {
      return sides(unmatched[step] != 0 ? *fill_many_ : kAbsent, row[step]);
    });
  }

  Identity identity(const Identity& many, const Identity& one) {
    const bool delayed = evaluation_.context().settings.delayed_name_removal;
    const bool changes = !is_comparison(binary_.op) && !needs_histogram(binary_.op);
    const bool loses_name = changes || (binary_.returns_bool && !delayed);
    const bool drops_name = many.drops_name || (binary_.returns_bool && delayed);
    const bool keeps_labels =
        grouped_ ? matching_.include.empty() : !matching_.on && matching_.labels.empty();
    if (keeps_labels) return {many.labels, many.nameless || loses_name, drops_name};
    Labels labels = Identity{many.labels, many.nameless || loses_name}.copy();
    if (!grouped_) {
      if (matching_.on) {
        std::vector<LabelView> kept;
        for (const std::string& name : matching_.labels) kept.push_back({name, labels.get(name)});
        labels = Labels::of(std::move(kept));
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

  struct Matched {
    Identity identity;
    std::vector<char> steps;  ///< where both sides were there
  };

  Evaluation& evaluation_;
  const Expr& expr_;
  const Binary& binary_;
  const Matching& matching_;
  Frame& many_;
  Frame& one_;
  SignatureIndex index_;
  bool swapped_;
  bool grouped_;
  std::optional<double> fill_many_, fill_one_;
  Frame out_;
  std::vector<Rows> many_rows_, one_rows_;  // by signature
  std::vector<char> has_many_;              // by step
  std::vector<Matched> matched_;            // of the signature at hand
};

}  // namespace

Frame match_vectors(Evaluation& evaluation, const Expr& expr, Frame left, Frame right) {
  const bool swapped = expr.as<Binary>()->matching->cardinality == Cardinality::OneToMany;
  return swapped ? VectorMatch(evaluation, expr, right, left).run()
                 : VectorMatch(evaluation, expr, left, right).run();
}

}  // namespace tocsin::query
