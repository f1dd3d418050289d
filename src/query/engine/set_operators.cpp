#include <algorithm>

#include "query/engine/grouping.h"
#include "query/engine/matching.h"

namespace tocsin::query {
namespace {

std::vector<std::size_t> numbers(SignatureIndex& index, const Frame& frame) {
  std::vector<std::size_t> all;
  all.reserve(frame.series.size());
  for (const Identity& identity : frame.series) all.push_back(index.number(identity));
  return all;
}

/// At which steps a signature has a sample.
std::vector<char> presence(const Frame& frame, const std::vector<std::size_t>& numbers,
                           std::size_t signatures) {
  std::vector<char> present(signatures * frame.steps(), 0);
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const auto row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (!is_absent(row[step])) present[numbers[i] * row.size() + step] = 1;
    }
  }
  return present;
}

/// Removes the samples whose signature the other side has (or has not) at that step.
void remove(Frame& frame, const std::vector<std::size_t>& numbers, const std::vector<char>& other,
            bool where_present) {
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const auto row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      const bool present = other[numbers[i] * row.size() + step] != 0;
      if (present == where_present) row[step] = kAbsent;
    }
  }
  frame.drop_empty();
}

}  // namespace

Frame combine_sets(Evaluation& evaluation, const Binary& binary, Frame left, const Frame& right) {
  SignatureIndex index(Signature(binary.matching->labels, binary.matching->on));
  const auto left_numbers = numbers(index, left);
  const auto right_numbers = numbers(index, right);
  if (binary.op != Op::Or) {
    remove(left, left_numbers, presence(right, right_numbers, index.size()),
           binary.op == Op::Unless);
    return left;
  }
  const auto on_the_left = presence(left, left_numbers, index.size());
  Frame rest = right;
  remove(rest, right_numbers, on_the_left, true);
  left.same_name = left.same_name && left.series.empty();
  left.has_histograms |= rest.has_histograms;
  left.reserve(left.series.size() + rest.series.size());
  for (std::size_t i = 0; i < rest.series.size(); ++i) {
    const auto row = left.add(rest.series[i]);
    std::copy(rest.row(i).begin(), rest.row(i).end(), row.begin());
  }
  evaluation.context().hold(rest.series.size() * rest.steps());
  merge_same(left);
  return left;
}

}  // namespace tocsin::query
