#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"
#include "template/html/context.h"

namespace tocsin::tmpl::html {
namespace {

constexpr std::string_view kBlanks = "\t\n\f\r ";

/// Whether the text ends with the keyword and not with a longer name.
bool ends_with_keyword(std::string_view text, std::string_view keyword) {
  if (text.size() < keyword.size()) return false;
  const std::size_t at = text.size() - keyword.size();
  if (lower(text.substr(at)) != keyword) return false;
  const auto before = at == 0 ? 0 : static_cast<unsigned char>(text[at - 1]);
  return at == 0 || (before < 0x80 && !is_css_name(before));
}

/// Behind "url(": the state, and how much was used.
Step url_start(Context context, std::string_view text, std::size_t at) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks, at), text.size());
  const char c = begin < text.size() ? text[begin] : '\0';
  context.state = c == '"' ? State::CssDqUrl : c == '\'' ? State::CssSqUrl : State::CssUrl;
  return {std::move(context), context.state == State::CssUrl ? begin : begin + 1};
}

Step code(Context context, std::string_view text) {
  const auto into = [&](State state, std::size_t used) -> Step {
    context.state = state;
    return {std::move(context), used};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.front() == '(') {
      const std::string_view before = text.substr(0, i);
      const std::size_t end = before.find_last_not_of(kBlanks);
      const std::string_view word = before.substr(0, end == std::string_view::npos ? 0 : end + 1);
      if (!ends_with_keyword(word, "url")) continue;
      Step start = url_start(context, text, i + 1);
      return start;
    }
    if (rest.starts_with("//")) return into(State::CssLineComment, i + 2);
    if (rest.starts_with("/*")) return into(State::CssBlockComment, i + 2);
    if (rest.front() == '"') return into(State::CssDqStr, i + 1);
    if (rest.front() == '\'') return into(State::CssSqStr, i + 1);
  }
  return {std::move(context), text.size()};
}

std::string_view ends_of(State state) {
  switch (state) {
    case State::CssDqStr:
    case State::CssDqUrl:
      return "\\\"";
    case State::CssSqStr:
    case State::CssSqUrl:
      return "\\'";
    default:
      return "\\\t\n\f\r )";
  }
}

/// Strings and URLs. Strings may be URLs, too: @import "…".
Step text_of_css(Context context, std::string_view text) {
  std::size_t from = 0;
  while (true) {
    std::size_t at = text.find_first_of(ends_of(context.state), from);
    if (at == std::string_view::npos) {
      context = url_transition(std::move(context), decode_css(text.substr(from))).first;
      return {std::move(context), text.size()};
    }
    if (text[at] != '\\') {
      context.state = State::Css;
      return {std::move(context), at + 1};
    }
    if (++at == text.size()) {
      return {failed(fmt::format("unfinished escape sequence in CSS string: {}", quote(text))),
              text.size()};
    }
    context = url_transition(std::move(context), decode_css(text.substr(0, at + 1))).first;
    from = at + 1;
  }
}

}  // namespace

Step css_transition(Context context, std::string_view text) {
  if (context.is(State::Css)) return code(std::move(context), text);
  if (!context.is_comment()) return text_of_css(std::move(context), text);
  const bool is_block = context.is(State::CssBlockComment);
  const std::size_t end = is_block ? text.find("*/") : text.find_first_of("\n\f\r");
  if (end == std::string_view::npos) return {std::move(context), text.size()};
  context.state = State::Css;
  return {std::move(context), is_block ? end + 2 : end};
}

}  // namespace tocsin::tmpl::html
