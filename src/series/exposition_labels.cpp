#include <algorithm>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/text.h"
#include "series/exposition.h"

namespace tocsin::series {
namespace {

bool starts_label(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_label(char c) { return starts_label(c) || (c >= '0' && c <= '9'); }

}  // namespace

/// `{a="b", "c.d"="e",}`, from brace to brace. Blanks are for the text format alone.
void ExpositionReader::labels() {
  ++at_;
  const auto blanks = [this] {
    if (!open()) skip_blanks();
  };
  for (blanks(); !accept('}'); blanks()) {
    label();
    blanks();
    if (peek() != '}' && !accept(',')) expected("a comma or a closing brace");
  }
}

void ExpositionReader::label() {
  const std::size_t begin = at_;
  std::string_view name;
  const bool quoted = peek() == '"';
  if (quoted) {
    name = string();
  } else {
    if (!starts_label(peek())) expected("a label's name");
    while (continues_label(peek())) ++at_;
    name = text_.substr(begin, at_ - begin);
  }
  if (!open()) skip_blanks();
  if (quoted && (peek() == ',' || peek() == '}')) return name_in_braces(begin, name);
  if (!accept('=')) expected("= and the label's value");
  if (!open()) skip_blanks();
  if (peek() != '"') expected("the label's value in double quotes");
  const std::string_view value = string();
  if (name == kMetricName) return name_in_braces(begin, value);
  if (name.empty()) fail(begin, "a label's name is empty");
  labels_.push_back({name, value});
}

/// The name comes first, wherever it stood.
void ExpositionReader::name_in_braces(std::size_t begin, std::string_view name) {
  if (name.empty()) fail(begin, "the metric's name is empty");
  if (!labels_.empty() && labels_.front().name == kMetricName) {
    fail(begin, "the metric has a name already");
  }
  labels_.insert(labels_.begin(), {kMetricName, name});
}

/// `begin` is where the series stands.
void ExpositionReader::finish_labels(std::size_t begin) {
  if (labels_.empty() || labels_.front().name != kMetricName) {
    fail(begin, "this series has no metric name");
  }
  names_.clear();
  for (const LabelView& each : labels_) names_.push_back(each.name);
  std::sort(names_.begin(), names_.end());
  const auto twice = std::adjacent_find(names_.begin(), names_.end());
  if (twice != names_.end()) {
    fail(begin,
         fmt::format("this series has the label {} twice", quote(truncate_runes(*twice, 100))));
  }
}

/// From quote to quote. Only the text format has line breaks within.
std::string_view ExpositionReader::string() {
  const std::size_t begin = at_;
  const std::string_view stops = open() ? "\"\\\n" : "\"\\";
  std::size_t end = begin + 1;
  for (;;) {
    end = text_.find_first_of(stops, end);
    if (end == std::string_view::npos || text_[end] == '\n')
      fail(begin, "this quote is not closed");
    if (text_[end] == '"') break;
    end += 2;
  }
  at_ = end + 1;
  const std::string_view inside = text_.substr(begin + 1, end - begin - 1);
  if (!is_utf8(inside)) fail(begin, "this text is not UTF-8");
  return unescaped(inside, true);
}

/// \\, \n and perhaps \"; other backslashes are kept, as Prometheus does.
std::string_view ExpositionReader::unescaped(std::string_view escaped, bool with_quotes) {
  if (escaped.find('\\') == std::string_view::npos) return escaped;
  if (used_ == unescaped_.size()) unescaped_.emplace_back();
  std::string& out = unescaped_[used_++];
  out.clear();
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const char c = escaped[i];
    const char behind = c == '\\' && i + 1 < escaped.size() ? escaped[i + 1] : '\0';
    const bool known = behind == '\\' || behind == 'n' || (behind == '"' && with_quotes);
    out += !known ? c : behind == 'n' ? '\n' : behind;
    if (known) ++i;
  }
  return out;
}

}  // namespace tocsin::series
