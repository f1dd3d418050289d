// {{schema:1 sum:5 count:4 buckets:[1 2 1]}}
#include <algorithm>
#include <charconv>
#include <functional>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "query/samples/notation.h"

namespace tocsin::query {
namespace {

using Reset = NativeHistogram::Reset;

constexpr std::size_t kMaxBuckets = 100'000;
constexpr std::int64_t kMaxOffset = 1'000'000;

std::string_view take_word(std::string_view& rest, std::string_view ends) {
  const std::size_t begin = std::min(rest.find_first_not_of(" \t\n"), rest.size());
  rest.remove_prefix(begin);
  const std::size_t end = std::min(rest.find_first_of(ends), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

double number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(fmt::format("{} in a histogram is no number", quote(truncate_runes(text, 20))));
  }
  return value;
}

std::int64_t whole(std::string_view text) {
  const double value = number(text);
  if (!(std::abs(value) <= static_cast<double>(kMaxOffset)) ||
      value != static_cast<double>(static_cast<std::int64_t>(value))) {
    throw Error(fmt::format("{} in a histogram is no whole number", quote(text)));
  }
  return static_cast<std::int64_t>(value);
}

Reset reset_of(std::string_view text) {
  if (text == "unknown") return Reset::Unknown;
  if (text == "reset") return Reset::Yes;
  if (text == "not_reset") return Reset::No;
  if (text == "gauge") return Reset::Gauge;
  throw Error(
      fmt::format("counter_reset_hint of a histogram is unknown, reset, not_reset or gauge, not {}",
                  quote(truncate_runes(text, 20))));
}

/// What stands between the braces, key by key.
class Reader {
 public:
  explicit Reader(std::string_view inside) : rest_(inside) {}

  NativeHistogram read() {
    while (true) {
      const std::string_view key = take_word(rest_, ": \t\n");
      if (key.empty() && rest_.empty()) break;
      if (!rest_.starts_with(':')) {
        throw Error(fmt::format("in a histogram, a colon is missing behind {}", quote(key)));
      }
      rest_.remove_prefix(1);
      member(key);
    }
    fill(positive_, offset_, out_.positive);
    fill(negative_, negative_offset_, out_.negative);
    return std::move(out_);
  }

 private:
  void member(std::string_view key) {
    if (key == "buckets") return list(positive_);
    if (key == "n_buckets") return list(negative_);
    if (key == "custom_values") return list(out_.bounds);
    const std::string_view value = take_word(rest_, " \t\n");
    if (key == "schema") {
      out_.schema = static_cast<std::int32_t>(whole(value));
    } else if (key == "offset") {
      offset_ = whole(value);
    } else if (key == "n_offset") {
      negative_offset_ = whole(value);
    } else if (key == "counter_reset_hint") {
      out_.reset = reset_of(value);
    } else {
      figure(key) = number(value);
    }
  }

  double& figure(std::string_view key) {
    if (key == "count") return out_.count;
    if (key == "sum") return out_.sum;
    if (key == "z_bucket") return out_.zero_count;
    if (key == "z_bucket_w") return out_.zero_threshold;
    throw Error(fmt::format(
        "a histogram has no {}; it has schema, count, sum, z_bucket, z_bucket_w, buckets, offset, "
        "n_buckets, n_offset, custom_values and counter_reset_hint",
        quote(truncate_runes(key, 20))));
  }

  void list(std::vector<double>& into) {
    if (!rest_.starts_with('[')) throw Error("a list in a histogram begins with [");
    rest_.remove_prefix(1);
    while (true) {
      const std::string_view word = take_word(rest_, " \t\n]");
      if (!word.empty()) into.push_back(number(word));
      if (into.size() > kMaxBuckets) throw Error("a histogram has too many buckets");
      if (rest_.empty()) throw Error("a list in a histogram ends with ]");
      if (!rest_.starts_with(']')) continue;
      rest_.remove_prefix(1);
      return;
    }
  }

  static void fill(const std::vector<double>& counts, std::int64_t offset,
                   std::map<std::int64_t, double>& buckets) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] != 0) buckets.emplace(offset + static_cast<std::int64_t>(i), counts[i]);
    }
  }

  std::string_view rest_;
  NativeHistogram out_;
  std::vector<double> positive_, negative_;
  std::int64_t offset_ = 0, negative_offset_ = 0;
};

void add_to(std::map<std::int64_t, double>& buckets, const std::map<std::int64_t, double>& more,
            double factor) {
  for (const auto& [index, count] : more) buckets[index] += factor * count;
  std::erase_if(buckets, [](const auto& each) { return each.second == 0; });
}

}  // namespace

bool HistogramValue::operator==(const HistogramValue& other) const {
  if (content == nullptr || other.content == nullptr) return content == other.content;
  return content->reset == other.content->reset &&
         same_buckets(*content, *other.content, [](double a, double b) { return a == b; });
}

HistogramValue parse_histogram(std::string_view text) {
  if (text.size() < 4 || !text.starts_with("{{") || !text.ends_with("}}")) {
    throw Error("a histogram is written {{count:3 sum:5 buckets:[1 2]}}");
  }
  return {std::make_shared<NativeHistogram>(Reader(text.substr(2, text.size() - 4)).read())};
}

HistogramValue moved_on(const HistogramValue& value, const HistogramValue& step, bool adds) {
  if (value.content == nullptr || step.content == nullptr ||
      !same_layout(*value.content, *step.content)) {
    return {};
  }
  const double factor = adds ? 1 : -1;
  NativeHistogram sum = *value.content;
  sum.count += factor * step.content->count;
  sum.sum += factor * step.content->sum;
  sum.zero_count += factor * step.content->zero_count;
  add_to(sum.positive, step.content->positive, factor);
  add_to(sum.negative, step.content->negative, factor);
  // What Prometheus says of resets then is no matter of the notation.
  if (!adds) return {};
  return {std::make_shared<NativeHistogram>(std::move(sum))};
}

}  // namespace tocsin::query
