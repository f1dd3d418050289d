#include "config/file.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"

namespace tocsin::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::size_t end_of_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

File::File(std::string name, std::vector<Diagnostic>& diagnostics)
    : name_(std::move(name)), diagnostics_(diagnostics) {}

std::string File::resolve(const std::string& path) const {
  if (path.empty() || std::filesystem::path(path).is_absolute()) return path;
  return (folder() / path).lexically_normal().string();
}

void File::problem(Mark where, std::string message) {
  problem(position(where), std::move(message));
}

void File::problem(Position where, std::string message) {
  diagnostics_.push_back({std::move(where), std::move(message)});
}

void File::set_text(std::string_view text) {
  text_ = text;
  lines_.assign(1, text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') lines_.push_back(i + 1);
  }
}

std::size_t File::offset_of(Mark mark) const {
  const auto line = static_cast<std::size_t>(mark.line);
  if (line == 0 || line > lines_.size()) return text_.size();
  return std::min(text_.size(), lines_[line - 1] + static_cast<std::size_t>(mark.column - 1));
}

Position File::position_of(std::size_t offset) const {
  const auto next = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const auto line = next == lines_.begin() ? next : next - 1;
  return {name_, static_cast<int>(line - lines_.begin()) + 1,
          static_cast<int>(offset - std::min(offset, *line)) + 1};
}

Position File::inside(const Node& scalar, std::size_t offset) const {
  std::size_t at = offset_of(scalar.mark);
  if (at >= text_.size()) return position(scalar.mark);
  // The text of a block scalar begins on the line after its | or >.
  if (text_[at] == '|' || text_[at] == '>') at = end_of_line(text_, at);
  // Everything but white space stands in the file as it does in the text, in the same order; what
  // is between (quotes, backslashes, indentation) is skipped.
  std::size_t last = at;
  for (std::size_t i = 0; i <= offset && i < scalar.text.size(); ++i) {
    if (is_blank(scalar.text[i])) {
      last = at;
      continue;
    }
    const std::size_t found = text_.find(scalar.text[i], at);
    if (found == std::string_view::npos) return position(scalar.mark);
    last = found;
    at = found + 1;
  }
  return position_of(offset >= scalar.text.size() ? at : last);
}

std::string shown(std::string_view text) { return quote(truncate_runes(text, 80)); }

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t kShortestWord = 3;  // all of "b" differs from "a", but by one letter only
  constexpr std::size_t kLongestWord = 80;  // comparing takes time by the product of both lengths
  if (word.size() < kShortestWord || word.size() > kLongestWord) return "";
  const std::string meant = nearest(word, candidates);
  return meant.empty() ? "" : fmt::format("; did you mean {}?", quote(meant));
}

}  // namespace tocsin::config
