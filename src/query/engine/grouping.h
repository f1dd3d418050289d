// by and without. Within query/engine only.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/engine/evaluation.h"

namespace tocsin::query {

struct Groups {
  std::vector<Identity> identities;
  std::vector<std::vector<std::size_t>> members;  ///< rows of the frame, for each of them
};

/// By the labels named, or by all others and not the metric's name.
Groups group_series(Context& context, const Frame& frame, const std::vector<std::string>& names,
                    bool without);

/// Takes native histograms out of the frame, and says so. `where` is for the place.
void ignore_histograms(Context& context, const Expr& where, Aggregator op, Frame& frame);

/// topk, bottomk, limitk and limit_ratio: some of the samples as they are.
Frame choose(Evaluation& evaluation, const Expr& expr, const Aggregation& aggregation, Frame frame,
             const Groups& groups);

/// The labels that stand for a sample where vectors are matched or grouped: only those named, or
/// all but those and the metric's name.
class Signature {
 public:
  /// `keeps_name`: the metric's name counts although it is not among those named.
  Signature(std::vector<std::string> names, bool only_these, bool keeps_name = false);

  std::uint64_t hash(const Identity& identity) const;
  bool same(const Identity& a, const Identity& b) const;
  Labels labels(const Identity& identity) const;

 private:
  class Others;

  std::vector<std::string> names_;  // sorted
  bool only_these_;
};

/// Numbers for signatures, from 0.
class SignatureIndex {
 public:
  explicit SignatureIndex(Signature signature) : signature_(std::move(signature)) {}
  /// The signature's number, a new one if it was not seen yet.
  std::size_t number(const Identity& identity);
  std::size_t size() const { return first_.size(); }
  const Signature& signature() const { return signature_; }

 private:
  Signature signature_;
  std::unordered_multimap<std::uint64_t, std::size_t> numbers_;
  std::vector<Identity> first_;
};

}  // namespace tocsin::query
