#include "query/samples/notation.h"

#include <bit>
#include <cctype>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "query/engine/storage.h"
#include "query/syntax/parse.h"

namespace tocsin::query {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The end of the series: behind its braces, or, without any, behind its name.
std::size_t end_of_series(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_blank(text[at])) ++at;
  while (at < text.size() && !is_blank(text[at]) && text[at] != '{') ++at;
  std::size_t brace = at;
  while (brace < text.size() && is_blank(text[brace])) ++brace;
  if (brace == text.size() || text.substr(brace).starts_with("{{") || text[brace] != '{') return at;
  char quote = 0;
  for (at = brace + 1; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && quote != '`') ++at;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '}') {
      return at + 1;
    }
  }
  throw Error("the braces of the labels are not closed");
}

class SequenceReader {
 public:
  explicit SequenceReader(std::string_view text) : text_(text) {}

  std::vector<SequenceValue> read() {
    skip_blanks();
    while (at_ < text_.size()) {
      item();
      if (at_ < text_.size() && !is_blank(text_[at_])) unexpected();
      skip_blanks();
    }
    return std::move(values_);
  }

 private:
  void item() {
    if (accept("_")) return repeat(Gap{}, accept("x") ? times() : 1);
    if (accept_word("stale")) return repeat(std::bit_cast<double>(kStaleBits), 1);
    if (text_.substr(at_).starts_with("{{")) return histograms();
    const double first = number();
    double step = 0;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) {
      step = number();
      if (!accept("x")) fail("an increment needs a count behind it, as in 1+2x3");
    } else if (!accept("x")) {
      return repeat(first, 1);
    }
    const std::size_t count = times() + 1;
    double value = first;
    check_length(count);
    for (std::size_t i = 0; i < count; ++i) {
      values_.emplace_back(value);
      value += step;
    }
  }

  void histograms() {
    HistogramValue value = histogram();
    const bool adds = accept("+");
    if (!adds && !accept("-")) return repeat(value, accept("x") ? times() + 1 : 1);
    const HistogramValue step = histogram();
    if (!accept("x")) fail("an increment needs a count behind it, as in {{…}}+{{…}}x3");
    for (std::size_t left = times() + 1; left > 0; --left) {
      values_.emplace_back(value);
      if (left > 1) value = moved_on(value, step, adds);
    }
  }

  HistogramValue histogram() {
    if (!text_.substr(at_).starts_with("{{")) fail("a histogram begins with {{");
    const std::size_t end = text_.find("}}", at_);
    if (end == std::string_view::npos) fail("a histogram ends with }}");
    const std::string_view text = text_.substr(at_, end + 2 - at_);
    at_ = end + 2;
    return parse_histogram(text);
  }

  double number() {
    const bool negative = text_[at_] == '-';
    if (negative || text_[at_] == '+') ++at_;
    const std::string_view rest = text_.substr(at_);
    double value = 0;
    std::size_t length = 3;
    if (starts_with_word(rest, "inf")) {
      value = std::numeric_limits<double>::infinity();
    } else if (starts_with_word(rest, "nan")) {
      value = std::numeric_limits<double>::quiet_NaN();
    } else {
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
      if (error == std::errc::invalid_argument) unexpected();
      if (error == std::errc::result_out_of_range) fail("this number is out of range");
      length = static_cast<std::size_t>(end - rest.data());
    }
    at_ += length;
    return negative ? -value : value;
  }

  static bool starts_with_word(std::string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (std::tolower(static_cast<unsigned char>(text[i])) != word[i]) return false;
    }
    return true;
  }

  std::size_t times() {
    const std::string_view rest = text_.substr(at_);
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc()) fail("a whole number has to stand behind x");
    at_ += static_cast<std::size_t>(end - rest.data());
    check_length(count);
    return count;
  }

  void check_length(std::size_t more) const {
    if (more > kMaxSequence || values_.size() + more > kMaxSequence) {
      fail(fmt::format("these are more than {} values", kMaxSequence));
    }
  }

  void repeat(const SequenceValue& value, std::size_t count) {
    check_length(count);
    for (; count > 0; --count) values_.push_back(value);
  }

  bool accept(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  bool accept_word(std::string_view word) {
    const std::size_t end = at_ + word.size();
    return (end >= text_.size() || is_blank(text_[end])) && accept(word);
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(fmt::format("at {} of the values: {}", at_ + 1, what));
  }
  [[noreturn]] void unexpected() const {
    const std::string_view rest = text_.substr(at_);
    fail(fmt::format("unexpected {}; a value is a number, _, stale or {{{{…}}}}",
                     quote(truncate_runes(rest, 20))));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<SequenceValue> values_;
};

}  // namespace

Labels parse_series(std::string_view text) {
  Labels labels;
  for (const Matcher& matcher : parse_selector(text)) {
    if (matcher.op() != MatchOp::Equal) {
      throw Error(fmt::format("a series has labels, not matchers: write {}={}", matcher.name(),
                              quote(matcher.value())));
    }
    labels.set(matcher.name(), matcher.value());
  }
  return labels;
}

std::vector<SequenceValue> parse_sequence(std::string_view text) {
  return SequenceReader(text).read();
}

SeriesLine parse_series_line(std::string_view text) {
  const std::size_t end = end_of_series(text);
  return {parse_series(text.substr(0, end)), parse_sequence(text.substr(end))};
}

}  // namespace tocsin::query
