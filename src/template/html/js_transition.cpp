#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"
#include "template/html/context.h"
#include "template/html/js_context.h"
#include "template/html/words.h"

namespace tocsin::tmpl::html {
namespace {

/// The code's next byte that may begin something else. Braces count within ${…} alone.
std::size_t find_special(std::string_view text, bool braces) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const char c = rest.front();
    if (c == '"' || c == '\'' || c == '`' || c == '/') return i;
    if (braces && (c == '{' || c == '}')) return i;
    if (rest.starts_with("<!--") || rest.starts_with("-->") || rest.starts_with("#!")) return i;
  }
  return std::string_view::npos;
}

/// Behind a slash: a comment, a regular expression or a division.
Step slash(Context context, std::string_view text, std::size_t at) {
  if (text.substr(at).starts_with("//") || text.substr(at).starts_with("/*")) {
    context.state = text[at + 1] == '/' ? State::JsLineComment : State::JsBlockComment;
    return {std::move(context), at + 2};
  }
  if (context.js == JsContext::Unknown) {
    return {failed(fmt::format("'/' could start a division or regexp: {}",
                               quote(first_runes(text.substr(at), 32)))),
            text.size()};
  }
  if (context.js == JsContext::Regexp) {
    context.state = State::JsRegexp;
  } else {
    context.js = JsContext::Regexp;
  }
  return {std::move(context), at + 1};
}

Step brace(Context context, std::size_t at, bool opens) {
  int& depth = context.braces.back();
  depth += opens ? 1 : -1;
  if (depth < 0) {
    context.braces.pop_back();
    context.state = State::JsTmplLit;
  }
  return {std::move(context), at + 1};
}

Step code(Context context, std::string_view text) {
  const std::size_t at = find_special(text, !context.braces.empty());
  context.js = next_js_context(text.substr(0, at), context.js);
  if (at == std::string_view::npos) return {std::move(context), text.size()};
  const auto into = [&](State state, std::size_t length) -> Step {
    context.state = state;
    return {std::move(context), at + length};
  };
  switch (text[at]) {
    case '/':
      return slash(std::move(context), text, at);
    case '{':
    case '}':
      return brace(std::move(context), at, text[at] == '{');
    case '<':
      return into(State::JsHtmlOpenComment, 4);
    case '-':
      return into(State::JsHtmlCloseComment, 3);
    case '#':
      return into(State::JsLineComment, 2);
    default:
      break;
  }
  context.js = JsContext::Regexp;
  return into(text[at] == '"'    ? State::JsDqStr
              : text[at] == '\'' ? State::JsSqStr
                                 : State::JsTmplLit,
              1);
}

Step unfinished(std::string_view text) {
  return {failed(fmt::format("unfinished escape sequence in JS string: {}", quote(text))),
          text.size()};
}

/// Strings and regular expressions.
Step delimited(Context context, std::string_view text) {
  const char end = context.is(State::JsDqStr) ? '"' : context.is(State::JsSqStr) ? '\'' : '/';
  const bool is_regexp = context.is(State::JsRegexp);
  bool in_set = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size()) return unfinished(text);
    } else if (is_regexp && text[i] == '[') {
      in_set = true;
    } else if (is_regexp && text[i] == ']') {
      in_set = false;
    } else if (text[i] == end && !in_set) {
      // "</script" is going to be escaped.
      if (is_regexp && i > 0 && lower(text.substr(i - 1, 8)) == "</script") continue;
      context.state = State::Js;
      context.js = JsContext::DivOp;
      return {std::move(context), i + 1};
    }
  }
  if (!in_set) return {std::move(context), text.size()};
  return {failed(fmt::format("unfinished JS regexp charset: {}", quote(text))), text.size()};
}

Step template_literal(Context context, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size()) return unfinished(text);
    } else if (text.substr(i).starts_with("${")) {
      context.braces.push_back(0);
      context.state = State::Js;
      return {std::move(context), i + 2};
    } else if (text[i] == '`') {
      context.state = State::Js;
      context.js = JsContext::DivOp;
      return {std::move(context), i + 1};
    }
  }
  return {std::move(context), text.size()};
}

Step line_comment(Context context, std::string_view text) {
  std::size_t end = text.find_first_of("\n\r");
  end = std::min({end, text.find("\xE2\x80\xA8"), text.find("\xE2\x80\xA9")});
  if (end == std::string_view::npos) return {std::move(context), text.size()};
  context.state = State::Js;
  return {std::move(context), end};
}

}  // namespace

Step js_transition(Context context, std::string_view text) {
  switch (context.state) {
    case State::Js:
      return code(std::move(context), text);
    case State::JsTmplLit:
      return template_literal(std::move(context), text);
    case State::JsBlockComment: {
      const std::size_t end = text.find("*/");
      if (end == std::string_view::npos) return {std::move(context), text.size()};
      context.state = State::Js;
      return {std::move(context), end + 2};
    }
    case State::JsLineComment:
    case State::JsHtmlOpenComment:
    case State::JsHtmlCloseComment:
      return line_comment(std::move(context), text);
    default:
      return delimited(std::move(context), text);
  }
}

JsContext next_js_context(std::string_view text, JsContext before) {
  const std::string_view code = without_js_space_at_end(text);
  if (code.empty()) return before;
  const char last = code.back();
  if (last == '+' || last == '-') {
    // x++ ends a value, x+ wants one.
    const std::size_t run = code.size() - (code.find_last_not_of(last) + 1);
    return run % 2 == 1 ? JsContext::Regexp : JsContext::DivOp;
  }
  if (last == '.') {
    const bool number =
        code.size() > 1 && code[code.size() - 2] >= '0' && code[code.size() - 2] <= '9';
    return number ? JsContext::DivOp : JsContext::Regexp;
  }
  if (std::string_view(",<>=*%&|^?!~([:;{}").find(last) != std::string_view::npos) {
    return JsContext::Regexp;
  }
  std::size_t word = code.size();
  while (word > 0 && is_js_name(code[word - 1])) --word;
  constexpr std::string_view kWords[] = {"break", "case",    "continue", "delete",     "do",
                                         "else",  "finally", "in",       "instanceof", "return",
                                         "throw", "try",     "typeof",   "void"};
  const bool wants_value =
      std::find(std::begin(kWords), std::end(kWords), code.substr(word)) != std::end(kWords);
  return wants_value ? JsContext::Regexp : JsContext::DivOp;
}

std::string_view without_js_space_at_end(std::string_view text) {
  constexpr std::string_view kWide[] = {"\xE2\x80\xA8", "\xE2\x80\xA9", "\xC2\xA0", "\xEF\xBB\xBF"};
  while (!text.empty()) {
    const bool plain = std::string_view("\f\n\r\t\v ").find(text.back()) != std::string_view::npos;
    std::size_t blank = plain ? 1 : 0;
    for (const std::string_view each : kWide) {
      if (text.ends_with(each)) blank = each.size();
    }
    if (blank == 0) break;
    text.remove_suffix(blank);
  }
  return text;
}

bool is_js_name(char c) {
  return c == '$' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

}  // namespace tocsin::tmpl::html
