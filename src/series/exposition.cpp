#include "series/exposition.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/text.h"

namespace tocsin::series {
namespace {

Position position_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column = line_break == std::string_view::npos ? at : at - line_break - 1;
  return {"", static_cast<int>(1 + std::count(before.begin(), before.end(), '\n')),
          static_cast<int>(1 + column)};
}

/// What stands at a place, for a message.
std::string shown(std::string_view rest) {
  if (rest.empty()) return "the end of the text";
  if (rest.front() == '\n') return "the end of the line";
  if (rest.starts_with("\r\n")) return "a carriage return (lines end with a line feed alone)";
  return quote(truncate_runes(rest.substr(0, std::min<std::size_t>(rest.find('\n'), 100)), 20));
}

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

struct TypeName {
  std::string_view name;
  MetricType type;
  bool in_text;
  bool in_open_metrics;
};
constexpr std::array<TypeName, 9> kTypes = {{
    {"counter", MetricType::Counter, true, true},
    {"gauge", MetricType::Gauge, true, true},
    {"histogram", MetricType::Histogram, true, true},
    {"summary", MetricType::Summary, true, true},
    {"untyped", MetricType::Unknown, true, false},
    {"unknown", MetricType::Unknown, false, true},
    {"gaugehistogram", MetricType::GaugeHistogram, false, true},
    {"info", MetricType::Info, false, true},
    {"stateset", MetricType::StateSet, false, true},
}};

}  // namespace

ExpositionFormat detect_format(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const bool marked = text == "# EOF" || text.ends_with("\n# EOF");
  return marked ? ExpositionFormat::OpenMetrics : ExpositionFormat::Text;
}

ExpositionError::ExpositionError(Position where, const std::string& message)
    : Error(fmt::format("{}:{}: {}", where.line, where.column, message)),
      where_(std::move(where)) {}

ExpositionReader::ExpositionReader(std::string_view text, ExpositionFormat format)
    : text_(text), format_(format) {}

ExpositionLine ExpositionReader::next() {
  used_ = 0;
  labels_.clear();
  if (open()) {
    if (at_end()) fail(at_, "the text does not end with \"# EOF\": it is cut off");
    return peek() == '#' ? open_metrics_comment() : sample();
  }
  for (;;) {
    skip_blanks();
    if (at_end()) return EndOfExposition{};
    if (accept('\n')) continue;
    if (peek() != '#') return sample();
    if (const auto comment = text_comment()) return *comment;
  }
}

/// Anything may stand in a comment but HELP and TYPE, which have to be right.
std::optional<ExpositionLine> ExpositionReader::text_comment() {
  ++at_;
  if (peek() == ' ' || peek() == '\t') {
    skip_blanks();
    const std::string_view keyword = text_.substr(at_, 4);
    const char behind = at_ + 4 < text_.size() ? text_[at_ + 4] : '\n';
    if ((keyword == "HELP" || keyword == "TYPE") && (behind == ' ' || behind == '\t')) {
      at_ += 4;
      skip_blanks();
      return keyword == "HELP" ? help() : type();
    }
  }
  rest_of_line();
  return std::nullopt;
}

ExpositionLine ExpositionReader::open_metrics_comment() {
  constexpr std::array<std::pair<std::string_view, ExpositionLine (ExpositionReader::*)()>, 3>
      kKeywords = {{{"# HELP ", &ExpositionReader::help},
                    {"# TYPE ", &ExpositionReader::type},
                    {"# UNIT ", &ExpositionReader::unit}}};
  const std::string_view rest = text_.substr(at_);
  for (const auto& [keyword, read] : kKeywords) {
    if (!rest.starts_with(keyword)) continue;
    at_ += keyword.size();
    return (this->*read)();
  }
  if (rest == "# EOF" || rest.starts_with("# EOF\n")) return end();
  fail(at_, "OpenMetrics has no comments but # HELP, # TYPE, # UNIT and, at its end, # EOF");
}

ExpositionLine ExpositionReader::end() {
  const std::size_t behind = at_ + std::string_view("# EOF\n").size();
  if (behind < text_.size()) fail(behind, "something follows \"# EOF\"");
  return EndOfExposition{};  // and stays there
}

ExpositionLine ExpositionReader::help() {
  const std::string_view metric = metric_of_comment();
  const std::size_t begin = at_;
  const std::string_view text = rest_of_line();
  if (!is_utf8(text)) fail(begin, "this help text is not UTF-8");
  // OpenMetrics escapes quotes, too.
  return HelpLine{metric, unescaped(text, open())};
}

ExpositionLine ExpositionReader::type() {
  const std::string_view metric = metric_of_comment();
  const std::size_t begin = at_;
  const std::string_view word = rest_of_line();
  for (const TypeName& each : kTypes) {
    if (each.name == word && (open() ? each.in_open_metrics : each.in_text)) {
      return TypeLine{metric, each.type};
    }
  }
  fail(begin,
       fmt::format("{} is no type; a metric is a {}", quote(truncate_runes(word, 40)),
                   open() ? "counter, gauge, histogram, gaugehistogram, summary, info, stateset "
                            "or unknown"
                          : "counter, gauge, histogram, summary or untyped"));
}

ExpositionLine ExpositionReader::unit() {
  const std::string_view metric = metric_of_comment();
  const std::size_t begin = at_;
  const std::string_view word = rest_of_line();
  const bool fits = word.empty() || (metric.size() > word.size() && metric.ends_with(word) &&
                                     metric[metric.size() - word.size() - 1] == '_');
  if (!fits) {
    fail(begin, fmt::format("the name of {} does not end with _ and its unit, {}",
                            quote(truncate_runes(metric, 100)), quote(truncate_runes(word, 40))));
  }
  return UnitLine{metric, word};
}

/// The name behind HELP, TYPE or UNIT, and what separates it from the rest.
std::string_view ExpositionReader::metric_of_comment() {
  const std::size_t begin = at_;
  std::string_view metric;
  if (peek() == '"') {
    metric = string();
  } else {
    if (!starts_name(peek())) expected("a metric's name");
    while (continues_name(peek())) ++at_;
    metric = text_.substr(begin, at_ - begin);
  }
  if (at_end() || peek() == '\n') return metric;
  if (open() ? !accept(' ') : peek() != ' ' && peek() != '\t') expected("a blank behind the name");
  if (!open()) skip_blanks();
  return metric;
}

/// Up to the line break, which is passed over.
std::string_view ExpositionReader::rest_of_line() {
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  const std::string_view rest = text_.substr(at_, end - at_);
  at_ = std::min(end + 1, text_.size());
  return rest;
}

ExpositionLine ExpositionReader::sample() {
  const std::size_t begin = at_;
  if (starts_name(peek())) {
    while (continues_name(peek())) ++at_;
    labels_.push_back({kMetricName, text_.substr(begin, at_ - begin)});
  } else if (peek() != '{') {
    expected(open() ? "a series or \"# EOF\"" : "a series or a comment");
  }
  SampleLine line;
  line.series = text_.substr(begin, at_ - begin);
  if (!open()) skip_blanks();
  if (peek() == '{') {
    labels();
    line.series = text_.substr(begin, at_ - begin);
  }
  finish_labels(begin);
  blank();
  line.value = number("a value");
  line.at = timestamp();
  if (open() && text_.substr(at_).starts_with(" # {")) exemplar();
  end_of_line(line.at ? "the end of the line" : "a timestamp or the end of the line");
  line.labels = labels_;
  return line;
}

bool ExpositionReader::accept(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void ExpositionReader::skip_blanks() {
  while (peek() == ' ' || peek() == '\t') ++at_;
}

void ExpositionReader::end_of_line(std::string_view expectation) {
  if (!open()) skip_blanks();
  if (at_end() && !open()) return;
  if (!accept('\n')) expected(expectation);
}

void ExpositionReader::fail(std::size_t at, const std::string& message) const {
  throw ExpositionError(position_of(text_, at), message);
}

void ExpositionReader::expected(std::string_view what) const {
  fail(at_, fmt::format("expected {}, not {}", what, shown(text_.substr(at_))));
}

}  // namespace tocsin::series
