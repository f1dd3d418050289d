#include "check/ignore.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/file.h"

namespace tocsin::check {
namespace {

constexpr std::string_view kMark = "tocsin:ignore";
constexpr std::string_view kForFile = "-file";
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// Where the # of a comment with the mark stands, or npos.
std::size_t find_comment(std::string_view line) {
  std::size_t mark = line.find(kMark);
  while (mark != std::string_view::npos) {
    const std::string_view before = line.substr(0, mark);
    const std::size_t hash = before.find_last_not_of(kBlanks);
    const bool is_comment = hash != std::string_view::npos && before[hash] == '#' &&
                            (hash == 0 || kBlanks.find(before[hash - 1]) != std::string_view::npos);
    if (is_comment) return hash;
    mark = line.find(kMark, mark + 1);
  }
  return std::string_view::npos;
}

bool is_code_letter(char c) { return (c >= 'a' && c <= 'z') || c == '-' || (c >= '0' && c <= '9'); }

/// The codes at the start of a text; after the last one, anything may say why.
std::vector<std::string> codes_of(std::string_view text) {
  std::vector<std::string> codes;
  while (true) {
    text = trimmed(text);
    const auto end = std::find_if_not(text.begin(), text.end(), is_code_letter);
    const auto size = static_cast<std::size_t>(end - text.begin());
    codes.emplace_back(text.substr(0, size));
    text = trimmed(text.substr(size));
    if (!text.starts_with(',')) return codes;
    text.remove_prefix(1);
  }
}

}  // namespace

Ignores::Ignores(std::string_view text, std::string file) : file_(std::move(file)) {
  std::vector<std::size_t> waiting;  // comments on lines of their own, for the line that follows
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read_line(text.substr(0, end), ++number, waiting);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  for (Ignore& each : ignores_) {
    by_line_.emplace(std::pair<int, std::string_view>(each.line, each.code), &each);
  }
}

void Ignores::read_line(std::string_view line, int number, std::vector<std::size_t>& waiting) {
  const std::string_view content = trimmed(line);
  const bool has_more = !content.empty() && content[0] != '#';
  if (has_more) {
    for (const std::size_t each : waiting) ignores_[each].line = number;
    waiting.clear();
  }
  const std::size_t hash = find_comment(line);
  if (hash == std::string_view::npos) return;
  std::string_view rest = line.substr(line.find(kMark, hash) + kMark.size());
  const bool for_file = rest.starts_with(kForFile);
  if (for_file) rest.remove_prefix(kForFile.size());
  for (std::string& code : codes_of(rest)) {
    if (!has_more && !for_file) waiting.push_back(ignores_.size());
    const Position where{file_, number, static_cast<int>(hash) + 1};
    ignores_.push_back({std::move(code), where, for_file ? kWholeFile : number, false});
  }
}

bool Ignores::use(int line, std::string_view code) {
  const auto [begin, end] = by_line_.equal_range({line, code});
  for (auto each = begin; each != end; ++each) each->second->used = true;
  return begin != end;
}

bool Ignores::covers(const Finding& finding) {
  if (finding.severity == Severity::Error) return false;
  const bool by_file = use(kWholeFile, finding.code);
  const int line = finding.what.where.line;
  const bool by_line = line > 0 && use(line, finding.code);
  const bool by_rule = finding.rule_line > 0 && use(finding.rule_line, finding.code);
  return by_file || by_line || by_rule;
}

std::vector<Finding> Ignores::unused(const std::set<std::string_view>& looked_for) const {
  std::vector<Finding> findings;
  const std::vector<std::string_view> codes(all_codes().begin(), all_codes().end());
  for (const Ignore& ignore : ignores_) {
    if (!is_code(ignore.code)) {
      const std::string meant = config::did_you_mean(ignore.code, codes);
      findings.push_back(
          {kIgnoreUnknown,
           Severity::Warning,
           {ignore.where,
            fmt::format("there are no findings {} to ignore{}", config::shown(ignore.code),
                        meant.empty() ? "; see docs/check.md" : meant)},
           0});
    } else if (!ignore.used && looked_for.contains(ignore.code)) {
      findings.push_back(
          {kIgnoreUnused,
           Severity::Warning,
           {ignore.where, fmt::format("nothing is found here that this comment would "
                                      "ignore ({}); remove it",
                                      ignore.code)},
           0});
    }
  }
  return findings;
}

}  // namespace tocsin::check
