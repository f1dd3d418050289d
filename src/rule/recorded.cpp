#include <unordered_set>

#include <fmt/format.h>

#include "rule/rule.h"

namespace tocsin::rule {

std::variant<query::Samples, query::Failure> recorded(const Rule& rule, std::size_t limit,
                                                      const query::Samples& vector, Timestamp at) {
  if (limit > 0 && vector.size() > limit) {
    return query::Failure{fmt::format("exceeded limit of {} with {} series", limit, vector.size())};
  }
  query::Samples samples;
  samples.reserve(vector.size());
  std::unordered_set<Fingerprint> seen;
  for (const query::Sample& sample : vector) {
    query::Sample result{sample.labels, at, sample.value};
    result.labels.set(kMetricName, rule.name);
    // Templates are expanded in alerting rules only; here the text stands for itself.
    for (const TemplatedLabel& label : rule.labels)
      result.labels.set(label.name, label.value.text());
    result.labels.drop_empty();
    if (!seen.insert(result.labels.fingerprint()).second) {
      return query::Failure{
          "vector contains metrics with the same labelset after applying rule labels"};
    }
    samples.push_back(std::move(result));
  }
  return samples;
}

}  // namespace tocsin::rule
