#include "notifiers/markup.h"

#include <algorithm>
#include <array>

#include "model/text.h"
#include "notifiers/plain_text.h"

namespace tocsin::notifiers {
namespace {

constexpr std::string_view kZeroWidthSpace = "\xE2\x80\x8B";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether the @ there begins a name, or one of the names that mean everybody.
bool may_mention(std::string_view text, std::size_t at) {
  if (at == 0 || !is_letter_or_digit(text[at - 1])) return true;
  const std::string_view name = text.substr(at + 1);
  return name.starts_with("here") || name.starts_with("channel") || name.starts_with("everyone");
}

/// As an entity when it is one of `special`, all of which have one.
void append_entity(std::string& out, char c, std::string_view special) {
  constexpr std::string_view kSpecial = "&<>\"'";
  constexpr std::array<std::string_view, 5> kEntities = {"&amp;", "&lt;", "&gt;", "&#34;", "&#39;"};
  if (special.find(c) == std::string_view::npos) {
    out += c;
  } else {
    out += kEntities[kSpecial.find(c)];
  }
}

/// "#", "-", "+" and "12." begin blocks where they begin a line.
std::size_t block_mark(std::string_view line) {
  constexpr std::string_view kMarks = "#-+";
  if (line.empty()) return std::string_view::npos;
  if (kMarks.find(line.front()) != std::string_view::npos) return 0;
  const auto dot = std::find_if_not(line.begin(), line.end(), is_digit);
  const bool is_number = dot != line.begin() && dot != line.end() && *dot == '.';
  return is_number ? static_cast<std::size_t>(dot - line.begin()) : std::string_view::npos;
}

void append_escaped(std::string& out, std::string_view word, std::size_t mark) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    constexpr std::string_view kAlways = "\\*_~`|<>[]()@";
    if (i == mark || kAlways.find(word[i]) != std::string_view::npos) out += '\\';
    out += word[i];
  }
}

void append_discord_word(std::string& out, std::string_view word, bool begins_line) {
  const std::string_view address = word.substr(0, word.find_last_not_of(".,;:!?") + 1);
  if (web_url(address) == address) {
    out += '<';
    out += address;
    out += '>';
    out += word.substr(address.size());
    return;
  }
  append_escaped(out, word, begins_line ? block_mark(word) : std::string_view::npos);
}

void append_joined(std::string& out, std::string_view separator, const std::string& piece) {
  if (piece.empty()) return;
  if (!out.empty()) out += separator;
  out += piece;
}

std::string label_text(const LabelView& label, const Markup& markup) {
  return markup.text(label.name) + " = " + markup.text(label.value);
}

std::string facts(const AlertSummary& alert, const Markup& markup) {
  std::string out = alert.since;
  if (!alert.value.empty()) out += ", value " + alert.value;
  if (!alert.severity.empty()) out += ", severity " + markup.text(alert.severity);
  return out;
}

}  // namespace

std::string slack_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    append_entity(out, text[i], "&<>");
    if (text[i] == '@' && may_mention(text, i)) out += kZeroWidthSpace;
  }
  return out;
}

std::string discord_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  bool begins_line = true;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find_first_of(" \t\n"), text.size());
    append_discord_word(out, text.substr(0, blank), begins_line);
    if (blank > 0) begins_line = false;
    if (blank == text.size()) break;
    out += text[blank];
    if (text[blank] == '\n') begins_line = true;
    text.remove_prefix(blank + 1);
  }
  return out;
}

std::string discord_unlinked(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '<' || (c == '(' && out.ends_with(']'))) out += '\\';
    out += c;
  }
  return out;
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) append_entity(out, c, "&<>\"'");
  return out;
}

std::string details(const AlertSummary& alert, const Markup& markup, std::string_view line_break) {
  std::string out = markup.text(alert.description);
  append_joined(out, line_break, facts(alert, markup));
  std::string labels;
  for (const Label& label : alert.labels) append_joined(labels, ", ", label_text(label, markup));
  append_joined(out, line_break, labels);
  std::string links;
  for (const Link& link : alert.links) append_joined(links, " · ", markup.link(link));
  append_joined(out, line_break, links);
  return out;
}

std::string common_details(const Summary& summary, const Markup& markup,
                           std::string_view line_break, std::size_t limit) {
  std::size_t used = count_runes(line_break);
  const auto add = [&](std::string& line, std::string_view separator, const std::string& piece) {
    const std::size_t size = count_runes(separator) + count_runes(piece);
    if (used + size > limit) return;
    used += size;
    append_joined(line, separator, piece);
  };
  std::string links;
  for (const Link& link : summary.links) add(links, " · ", markup.link(link));
  std::string labels;
  for (const Label& label : summary.common) add(labels, ", ", label_text(label, markup));
  append_joined(links, line_break, labels);
  return links;
}

std::string escaped_within(std::string_view text, std::size_t limit,
                           std::string (*escape)(std::string_view)) {
  std::size_t runes = limit;
  while (true) {
    std::string escaped = escape(truncate_runes(text, runes));
    const std::size_t size = count_runes(escaped);
    if (size <= limit || runes == 0) return escaped;
    runes -= std::min(runes, std::max<std::size_t>(1, (size - limit) / 2));
  }
}

}  // namespace tocsin::notifiers
