// Where in an HTML document a place is: what html/template calls its context.
//
// Source of the machine: Go's html/template (context.go, transition.go).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::tmpl::html {

enum class State : std::uint8_t {
  Text,         ///< between tags
  Tag,          ///< in a tag, before an attribute's name
  AttrName,     ///< in an attribute's name
  AfterName,    ///< behind it, before a =
  BeforeValue,  ///< behind the =
  HtmlComment,
  Rcdata,  ///< in <textarea> or <title>
  Attr,    ///< in an attribute's value that is plain text
  Url,     ///< in one that is a URL
  Srcset,  ///< in one that is a list of URLs with sizes
  Js,
  JsDqStr,
  JsSqStr,
  JsTmplLit,
  JsRegexp,
  JsBlockComment,
  JsLineComment,
  JsHtmlOpenComment,   ///< <!-- in a script
  JsHtmlCloseComment,  ///< --> in a script
  Css,
  CssDqStr,
  CssSqStr,
  CssDqUrl,
  CssSqUrl,
  CssUrl,
  CssBlockComment,
  CssLineComment,
  Error,
  Dead,  ///< nothing comes here: behind {{break}}
};

/// What ends an attribute's value.
enum class Delim : std::uint8_t { None, DoubleQuote, SingleQuote, SpaceOrTagEnd };
enum class UrlPart : std::uint8_t { None, PreQuery, QueryOrFrag, Unknown };
/// What a / would begin.
enum class JsContext : std::uint8_t { Regexp, DivOp, Unknown };
enum class Attribute : std::uint8_t { None, Script, ScriptType, Style, Url, Srcset };
enum class Element : std::uint8_t { None, Script, Style, Textarea, Title };

struct Context {
  State state = State::Text;
  Delim delim = Delim::None;
  UrlPart url_part = UrlPart::None;
  JsContext js = JsContext::Regexp;
  Attribute attr = Attribute::None;
  Element element = Element::None;
  std::vector<int> braces = {};  ///< open ones within each ${…} that we are in
  std::string problem = {};      ///< with State::Error: what is wrong …
  std::string where = {};        ///< … and the place, when it is known: "name:line:column"

  bool is(State wanted) const { return state == wanted; }
  bool is_comment() const;
  /// In a string, regular expression or template literal of a script.
  bool in_script_literal() const;
  bool in_tag() const;
  bool operator==(const Context&) const = default;
};

Context failed(std::string problem);

/// As Go prints contexts: "{stateTag delimNone urlPartNone jsCtxRegexp attrNone elementNone
/// <nil>}".
std::string to_string(const Context& context);

/// The state in which an attribute's value begins.
State state_of(Attribute attribute);

/// The context after the text, up to the next change of it; how many bytes that were.
std::pair<Context, std::size_t> after_text(const Context& context, std::string_view text);

// One step of the machine, without a look at what ends an attribute's value.
using Step = std::pair<Context, std::size_t>;
Step transition(Context context, std::string_view text);
Step js_transition(Context context, std::string_view text);
Step css_transition(Context context, std::string_view text);
Step url_transition(Context context, std::string_view text);

/// The bytes up to the end of an element such as a script; the text's size when it does not end.
Step element_end(const Context& context, std::string_view text);

// Small words of HTML.
bool is_html_space(char c);
std::string lower(std::string_view text);
/// CSS without its backslashes.
std::string decode_css(std::string_view text);
bool is_css_name(char32_t code);
bool is_hex(char c);
/// HTML without its character references: &amp; &#39; &#x27; and the usual names.
std::string unescape(std::string_view text);

/// What the value of an attribute is by its name.
enum class Kind : std::uint8_t { Plain, Unsafe, Css, Html, Js, Url, Srcset };
Kind kind_of_attribute(std::string_view name);

}  // namespace tocsin::tmpl::html
