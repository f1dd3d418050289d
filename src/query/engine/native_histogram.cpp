#include "query/engine/native_histogram.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

using Reset = NativeHistogram::Reset;
using Buckets = std::map<std::int64_t, double>;

std::string_view name_of(Reset reset) {
  switch (reset) {
    case Reset::Yes:
      return "reset";
    case Reset::No:
      return "not_reset";
    case Reset::Gauge:
      return "gauge";
    case Reset::Unknown:
      break;
  }
  return "";
}

class Text {
 public:
  void add(std::string_view name, const std::string& value) {
    out_ += fmt::format("{}{}:{}", out_.empty() ? "" : " ", name, value);
  }
  void add(std::string_view name, double value) {
    if (value != 0) add(name, format_number(value));
  }
  void add(std::string_view name, const std::vector<double>& values) {
    if (values.empty()) return;
    std::string list;
    for (const double value : values) list += (list.empty() ? "" : " ") + format_number(value);
    add(name, "[" + list + "]");
  }
  /// From the first to the last one, gaps as zeros.
  void add(std::string_view name, std::string_view offset_name, const Buckets& buckets) {
    if (buckets.empty()) return;
    const std::int64_t first = buckets.begin()->first;
    std::vector<double> values(static_cast<std::size_t>(buckets.rbegin()->first - first + 1));
    for (const auto& [index, count] : buckets) {
      values[static_cast<std::size_t>(index - first)] = count;
    }
    if (first != 0) add(offset_name, fmt::format("{}", first));
    add(name, values);
  }
  std::string take() { return "{{" + std::move(out_) + "}}"; }

 private:
  std::string out_;
};

bool same(const Buckets& a, const Buckets& b, bool (*equal)(double, double)) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
    return x.first == y.first && equal(x.second, y.second);
  });
}

bool falls(const Buckets& before, const Buckets& after) {
  return std::any_of(before.begin(), before.end(), [&](const auto& each) {
    const auto found = after.find(each.first);
    return (found == after.end() ? 0 : found->second) < each.second;
  });
}

}  // namespace

std::string NativeHistogram::to_string() const {
  Text text;
  if (schema != 0) text.add("schema", fmt::format("{}", schema));
  text.add("count", count);
  text.add("sum", sum);
  text.add("z_bucket", zero_count);
  text.add("z_bucket_w", zero_threshold);
  text.add("custom_values", bounds);
  const Reset known = reset.value_or(Reset::Unknown);
  if (known != Reset::Unknown) text.add("counter_reset_hint", std::string(name_of(known)));
  text.add("buckets", "offset", positive);
  text.add("n_buckets", "n_offset", negative);
  return text.take();
}

bool same_buckets(const NativeHistogram& a, const NativeHistogram& b,
                  bool (*equal)(double, double)) {
  return same_layout(a, b) && equal(a.count, b.count) && equal(a.sum, b.sum) &&
         equal(a.zero_count, b.zero_count) && same(a.positive, b.positive, equal) &&
         same(a.negative, b.negative, equal);
}

bool same_layout(const NativeHistogram& a, const NativeHistogram& b) {
  return a.schema == b.schema && a.zero_threshold == b.zero_threshold && a.bounds == b.bounds;
}

std::optional<Reset> reset_after(const NativeHistogram& before, const NativeHistogram& histogram) {
  const Reset said = histogram.reset.value_or(Reset::Unknown);
  if (said != Reset::Unknown) return said;
  if (before.reset == Reset::Gauge || !same_layout(before, histogram)) return std::nullopt;
  const bool is_reset =
      histogram.count < before.count || histogram.zero_count < before.zero_count ||
      falls(before.positive, histogram.positive) || falls(before.negative, histogram.negative);
  return is_reset ? Reset::Yes : Reset::No;
}

}  // namespace tocsin::query
