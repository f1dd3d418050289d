#include "trial/memory_source.h"

#include <bit>

#include "query/rule_answer.h"

namespace tocsin::trial {

std::string MemorySource::append(const Labels& labels, Timestamp at, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto [last, is_new] = last_.try_emplace(labels.fingerprint(), Last{at, bits});
  if (!is_new) {
    if (at < last->second.at) return "out of order sample";
    if (at == last->second.at) {
      return last->second.bits == bits ? "" : "duplicate sample for timestamp";
    }
    last->second = {at, bits};
  }
  storage_.add(labels, at, value);
  return "";
}

void MemorySource::append_histogram(const Labels& labels, Timestamp at,
                                    std::shared_ptr<const query::NativeHistogram> histogram) {
  storage_.add_histogram(labels, at, std::move(histogram));
}

const query::Parsed& MemorySource::parsed(const std::string& expression) {
  const auto known = expressions_.find(expression);
  if (known != expressions_.end()) return known->second;
  return expressions_.emplace(expression, query::parse_expression(expression, syntax_))
      .first->second;
}

query::Answer MemorySource::evaluate(const std::string& expression, Timestamp at,
                                     bool gives_histograms) {
  query::EngineSettings settings = engine_;
  settings.gives_histograms = gives_histograms;
  return query::answer_rule(parsed(expression), expression, at, storage_, settings);
}

void MemorySource::instant(const std::string& expression, Timestamp at,
                           std::function<void(query::Answer)> done) {
  done(evaluate(expression, at));
}

void MemorySource::write(std::span<const query::Sample> samples,
                         std::function<void(std::string)> done) {
  std::string problem;
  for (const query::Sample& sample : samples) {
    std::string refused = append(sample.labels, sample.at, sample.value);
    // The end of a series that another rule goes on with is none.
    const bool is_end = std::bit_cast<std::uint64_t>(sample.value) == query::kStaleBits;
    if (!refused.empty() && !is_end && problem.empty()) {
      problem = sample.labels.to_string() + ": " + refused;
    }
  }
  done(std::move(problem));
}

}  // namespace tocsin::trial
