#include <algorithm>

#include <fmt/format.h>

#include "model/rune.h"
#include "model/text.h"
#include "template/html/context.h"
#include "template/html/words.h"

namespace tocsin::tmpl::html {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_letter_or_digit(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_html_space(text[at])) ++at;
  return at;
}

Element element_named(std::string_view name) {
  const std::string small = lower(name);
  if (small == "script") return Element::Script;
  if (small == "style") return Element::Style;
  if (small == "textarea") return Element::Textarea;
  if (small == "title") return Element::Title;
  return Element::None;
}

/// Behind the name of a tag that begins at `at`; `at` itself when none does.
std::size_t skip_tag_name(std::string_view text, std::size_t at) {
  if (at == text.size() || !is_letter(text[at])) return at;
  std::size_t end = at + 1;
  while (end < text.size()) {
    const bool joins = (text[end] == ':' || text[end] == '-') && end + 1 < text.size() &&
                       is_letter_or_digit(text[end + 1]);
    if (!joins && !is_letter_or_digit(text[end])) break;
    end += joins ? 2 : 1;
  }
  return end;
}

/// Behind an attribute's name; a problem when it has quotes or a < in it.
std::pair<std::size_t, std::string> skip_attribute_name(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i < text.size(); ++i) {
    if (is_html_space(text[i]) || text[i] == '=' || text[i] == '>') return {i, ""};
    if (text[i] == '\'' || text[i] == '"' || text[i] == '<') {
      return {text.size(), fmt::format("{} in attribute name: {}", quote(text.substr(i, 1)),
                                       quote(first_runes(text, 32)))};
    }
  }
  return {text.size(), ""};
}

Step text_transition(Context context, std::string_view text) {
  std::size_t at = 0;
  while (true) {
    std::size_t i = text.find('<', at);
    if (i == std::string_view::npos || i + 1 == text.size()) return {context, text.size()};
    Context next;
    if (text.substr(i).starts_with("<!--")) {
      next.state = State::HtmlComment;
      return {next, i + 4};
    }
    ++i;
    const bool closes = text[i] == '/';
    if (closes && i + 1 == text.size()) return {context, text.size()};
    if (closes) ++i;
    const std::size_t end = skip_tag_name(text, i);
    if (end != i) {
      next.state = State::Tag;
      if (!closes) next.element = element_named(text.substr(i, end - i));
      return {next, end};
    }
    at = end;
  }
}

State content_of(Element element) {
  switch (element) {
    case Element::Script:
      return State::Js;
    case Element::Style:
      return State::Css;
    case Element::Textarea:
    case Element::Title:
      return State::Rcdata;
    default:
      return State::Text;
  }
}

Attribute attribute_named(Element element, std::string_view name) {
  const std::string small = lower(name);
  if (element == Element::Script && small == "type") return Attribute::ScriptType;
  switch (kind_of_attribute(small)) {
    case Kind::Url:
      return Attribute::Url;
    case Kind::Css:
      return Attribute::Style;
    case Kind::Js:
      return Attribute::Script;
    case Kind::Srcset:
      return Attribute::Srcset;
    default:
      return Attribute::None;
  }
}

Step tag_transition(const Context& context, std::string_view text) {
  const std::size_t begin = skip_space(text, 0);
  if (begin == text.size()) return {context, text.size()};
  Context next;
  next.element = context.element;
  if (text[begin] == '>') {
    next.state = content_of(context.element);
    return {next, begin + 1};
  }
  const auto [end, problem] = skip_attribute_name(text, begin);
  if (!problem.empty()) return {failed(problem), text.size()};
  if (begin == end) {
    return {failed(fmt::format("expected space, attr name, or end of tag, but got {}",
                               quote(text.substr(begin)))),
            text.size()};
  }
  next.attr = attribute_named(context.element, text.substr(begin, end - begin));
  next.state = end == text.size() ? State::AttrName : State::AfterName;
  return {next, end};
}

Step name_transition(Context context, std::string_view text) {
  const auto [end, problem] = skip_attribute_name(text, 0);
  if (!problem.empty()) return {failed(problem), text.size()};
  if (end != text.size()) context.state = State::AfterName;
  return {context, end};
}

Step after_name_transition(Context context, std::string_view text) {
  const std::size_t at = skip_space(text, 0);
  if (at == text.size()) return {context, at};
  context.state = text[at] == '=' ? State::BeforeValue : State::Tag;
  return {context, text[at] == '=' ? at + 1 : at};
}

Step before_value_transition(Context context, std::string_view text) {
  std::size_t at = skip_space(text, 0);
  if (at == text.size()) return {context, at};
  context.delim = text[at] == '\''  ? Delim::SingleQuote
                  : text[at] == '"' ? Delim::DoubleQuote
                                    : Delim::SpaceOrTagEnd;
  if (context.delim != Delim::SpaceOrTagEnd) ++at;
  context.state = state_of(context.attr);
  return {context, at};
}

Step comment_transition(const Context& context, std::string_view text) {
  const std::size_t end = text.find("-->");
  if (end == std::string_view::npos) return {context, text.size()};
  return {Context(), end + 3};
}

std::string_view tag_of(Element element) {
  switch (element) {
    case Element::Script:
      return "script";
    case Element::Style:
      return "style";
    case Element::Textarea:
      return "textarea";
    default:
      return "title";
  }
}

/// Where "</tag" begins, followed by what ends a tag's name.
std::size_t find_tag_end(std::string_view text, std::string_view tag) {
  constexpr std::string_view kSeparators = "> \t\n\f/";
  for (std::size_t at = 0; (at = text.find("</", at)) != std::string_view::npos; at += 2) {
    const std::string_view rest = text.substr(at + 2);
    if (lower(rest.substr(0, tag.size())) != tag || rest.size() == tag.size()) continue;
    if (kSeparators.find(rest[tag.size()]) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

/// MIME types of scripts; the content of others is not looked into.
bool is_script_type(std::string_view type) {
  constexpr std::string_view kTypes[] = {"application/ecmascript",
                                         "application/javascript",
                                         "application/json",
                                         "application/ld+json",
                                         "application/x-ecmascript",
                                         "application/x-javascript",
                                         "module",
                                         "text/ecmascript",
                                         "text/javascript",
                                         "text/javascript1.0",
                                         "text/javascript1.1",
                                         "text/javascript1.2",
                                         "text/javascript1.3",
                                         "text/javascript1.4",
                                         "text/javascript1.5",
                                         "text/jscript",
                                         "text/livescript",
                                         "text/x-ecmascript",
                                         "text/x-javascript"};
  std::string name = lower(type.substr(0, type.find(';')));
  const std::size_t from = std::min(name.find_first_not_of(" \t\r\n\f\v"), name.size());
  name = name.substr(from, name.find_last_not_of(" \t\r\n\f\v") + 1 - from);
  return std::find(std::begin(kTypes), std::end(kTypes), name) != std::end(kTypes);
}

std::string_view ends_of(Delim delim) {
  switch (delim) {
    case Delim::DoubleQuote:
      return "\"";
    case Delim::SingleQuote:
      return "'";
    default:
      return " \t\n\f\r>";
  }
}

/// Within an attribute's value, whose language stands in references of HTML.
Context within_value(Context context, std::string_view text) {
  const std::string plain = unescape(text);
  for (std::string_view rest = plain; !rest.empty();) {
    auto [next, used] = transition(context, rest);
    context = std::move(next);
    rest.remove_prefix(used);
  }
  return context;
}

}  // namespace

Step transition(Context context, std::string_view text) {
  switch (context.state) {
    case State::Text:
      return text_transition(std::move(context), text);
    case State::Tag:
      return tag_transition(context, text);
    case State::AttrName:
      return name_transition(std::move(context), text);
    case State::AfterName:
      return after_name_transition(std::move(context), text);
    case State::BeforeValue:
      return before_value_transition(std::move(context), text);
    case State::HtmlComment:
      return comment_transition(context, text);
    case State::Rcdata:
      return element_end(context, text);
    case State::Url:
    case State::Srcset:
      return url_transition(std::move(context), text);
    case State::Attr:
    case State::Error:
    case State::Dead:
      return {std::move(context), text.size()};
    default:
      return context.state < State::Css ? js_transition(std::move(context), text)
                                        : css_transition(std::move(context), text);
  }
}

Step element_end(const Context& context, std::string_view text) {
  if (context.element == Element::None) return {context, text.size()};
  const bool hides_end = context.in_script_literal() || context.is_comment();
  if (context.element == Element::Script && hides_end) return {context, text.size()};
  const std::size_t end = find_tag_end(text, tag_of(context.element));
  if (end == std::string_view::npos) return {context, text.size()};
  return {Context(), end};
}

Step after_text(const Context& context, std::string_view text) {
  if (context.delim == Delim::None) {
    auto [next, used] = element_end(context, text);
    if (used == 0) return {std::move(next), 0};
    return transition(context, text.substr(0, used));
  }
  std::size_t end = std::min(text.find_first_of(ends_of(context.delim)), text.size());
  if (context.delim == Delim::SpaceOrTagEnd) {
    const std::string_view value = text.substr(0, end);
    if (const std::size_t bad = value.find_first_of("\"'<=`"); bad != std::string_view::npos) {
      return {
          failed(fmt::format("{} in unquoted attr: {}", quote(value.substr(bad, 1)), quote(value))),
          text.size()};
    }
  }
  if (end == text.size()) return {within_value(context, text), end};
  Context next;
  next.state = State::Tag;
  next.element = context.element;
  const bool is_type = context.is(State::Attr) && context.attr == Attribute::ScriptType;
  if (is_type && !is_script_type(text.substr(0, end))) next.element = Element::None;
  if (context.delim != Delim::SpaceOrTagEnd) ++end;
  return {next, end};
}

Step url_transition(Context context, std::string_view text) {
  if (text.find_first_of("#?") != std::string_view::npos) {
    context.url_part = UrlPart::QueryOrFrag;
  } else if (skip_space(text, 0) != text.size() && context.url_part == UrlPart::None) {
    // HTML drops blanks around a URL's ends.
    context.url_part = UrlPart::PreQuery;
  }
  return {std::move(context), text.size()};
}

}  // namespace tocsin::tmpl::html
