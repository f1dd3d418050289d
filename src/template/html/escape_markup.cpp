#include <algorithm>

#include <fmt/format.h>

#include "model/rune.h"
#include "template/alertmanager.h"
#include "template/html/context.h"
#include "template/html/escapers.h"
#include "template/html/words.h"

namespace tocsin::tmpl::html {
namespace {

struct Rules {
  bool ampersands = true;  ///< not where references are to stay
  bool blanks = false;     ///< blanks, = and ` as well: the value has no quotes
};

std::string_view form_of(char c, Rules rules) {
  switch (c) {
    case '\0':
      return rules.blanks ? "&#xfffd;" : "\xEF\xBF\xBD";
    case '"':
      return "&#34;";
    case '\'':
      return "&#39;";
    case '+':
      return "&#43;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return rules.ampersands ? "&amp;" : "";
    default:
      break;
  }
  if (!rules.blanks) return "";
  switch (c) {
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\v':
      return "&#11;";
    case '\f':
      return "&#12;";
    case '\r':
      return "&#13;";
    case ' ':
      return "&#32;";
    case '=':
      return "&#61;";
    case '`':
      return "&#96;";
    default:
      return "";
  }
}

std::string replaced(std::string_view text, Rules rules) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const std::string_view form = rune.code < 0x80 ? form_of(text.front(), rules) : "";
    const bool odd = (rune.code >= 0xFDD0 && rune.code <= 0xFDEF) ||
                     (rune.code >= 0xFFF0 && rune.code <= 0xFFFF);
    if (!form.empty()) {
      out += form;
    } else if (rules.blanks && odd) {
      out += fmt::format("&#x{:x};", static_cast<std::uint32_t>(rune.code));
    } else {
      out += text.substr(0, rune.length);
    }
    text.remove_prefix(rune.length);
  }
  return out;
}

/// HTML without its tags and comments.
std::string without_tags(std::string_view text) {
  std::string out;
  Context context;
  std::string_view rest = text;
  bool all_text = true;
  while (!rest.empty()) {
    if (context.delim != Delim::None) {
      const std::string_view ends = context.delim == Delim::DoubleQuote   ? "\""
                                    : context.delim == Delim::SingleQuote ? "'"
                                                                          : " \t\n\f\r>";
      std::size_t end = rest.find_first_of(ends);
      if (end == std::string_view::npos) break;
      if (context.delim != Delim::SpaceOrTagEnd) ++end;
      Context next;
      next.state = State::Tag;
      next.element = context.element;
      context = next;
      rest.remove_prefix(end);
      continue;
    }
    Context from = context;
    if (context.element != Element::None && !context.in_tag()) from.state = State::Rcdata;
    auto [next, used] = transition(from, rest);
    if (from.is(State::Rcdata) && !context.is(State::Rcdata) && next == from) next = context;
    if (context.is(State::Text) || context.is(State::Rcdata)) {
      std::size_t end = used;
      if (!next.is(context.state)) {
        end = std::min(rest.substr(0, used).rfind('<'), used);
      }
      out += rest.substr(0, end);
    } else {
      all_text = false;
    }
    context = std::move(next);
    rest.remove_prefix(used);
  }
  if (all_text) return std::string(text);
  if (context.is(State::Text) || context.is(State::Rcdata)) out += rest;
  return out;
}

std::string name_filter(std::string_view text) {
  const std::string small = lower(text);
  const bool plain = std::all_of(small.begin(), small.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  });
  const bool harmless = plain && !small.empty() && kind_of_attribute(small) == Kind::Plain;
  return harmless ? small : std::string(kFailsafe);
}

}  // namespace

std::string escape_markup(Escaper escaper, std::string_view text, std::string_view type) {
  const bool is_html = type == kSafeHtml;
  switch (escaper) {
    case Escaper::Html:
      return is_html ? std::string(text) : replaced(text, {});
    case Escaper::Rcdata:
      return replaced(text, {.ampersands = !is_html});
    case Escaper::Name:
      return name_filter(text);
    case Escaper::NoSpace:
      // A value that is nothing would make the next attribute one.
      if (text.empty()) return std::string(kFailsafe);
      return is_html ? replaced(without_tags(text), {.ampersands = false, .blanks = true})
                     : replaced(text, {.blanks = true});
    default:
      return is_html ? replaced(without_tags(text), {.ampersands = false}) : replaced(text, {});
  }
}

}  // namespace tocsin::tmpl::html
