#include "template/html/context.h"

#include <array>

#include <fmt/format.h>

namespace tocsin::tmpl::html {
namespace {

constexpr std::array<std::string_view, 29> kStates = {
    "stateText",           "stateTag",         "stateAttrName",
    "stateAfterName",      "stateBeforeValue", "stateHTMLCmt",
    "stateRCDATA",         "stateAttr",        "stateURL",
    "stateSrcset",         "stateJS",          "stateJSDqStr",
    "stateJSSqStr",        "stateJSTmplLit",   "stateJSRegexp",
    "stateJSBlockCmt",     "stateJSLineCmt",   "stateJSHTMLOpenCmt",
    "stateJSHTMLCloseCmt", "stateCSS",         "stateCSSDqStr",
    "stateCSSSqStr",       "stateCSSDqURL",    "stateCSSSqURL",
    "stateCSSURL",         "stateCSSBlockCmt", "stateCSSLineCmt",
    "stateError",          "stateDead"};
constexpr std::array<std::string_view, 4> kDelims = {"delimNone", "delimDoubleQuote",
                                                     "delimSingleQuote", "delimSpaceOrTagEnd"};
constexpr std::array<std::string_view, 4> kParts = {"urlPartNone", "urlPartPreQuery",
                                                    "urlPartQueryOrFrag", "urlPartUnknown"};
constexpr std::array<std::string_view, 3> kScripts = {"jsCtxRegexp", "jsCtxDivOp", "jsCtxUnknown"};
constexpr std::array<std::string_view, 6> kAttributes = {
    "attrNone", "attrScript", "attrScriptType", "attrStyle", "attrURL", "attrSrcset"};
constexpr std::array<std::string_view, 5> kElements = {
    "elementNone", "elementScript", "elementStyle", "elementTextarea", "elementTitle"};

template <typename Names, typename Value>
std::string_view name(const Names& names, Value value) {
  return names[static_cast<std::size_t>(value)];
}

}  // namespace

bool Context::is_comment() const {
  switch (state) {
    case State::HtmlComment:
    case State::JsBlockComment:
    case State::JsLineComment:
    case State::JsHtmlOpenComment:
    case State::JsHtmlCloseComment:
    case State::CssBlockComment:
    case State::CssLineComment:
      return true;
    default:
      return false;
  }
}

bool Context::in_script_literal() const {
  return is(State::JsDqStr) || is(State::JsSqStr) || is(State::JsTmplLit) || is(State::JsRegexp);
}

bool Context::in_tag() const {
  return is(State::Tag) || is(State::AttrName) || is(State::AfterName) || is(State::BeforeValue) ||
         is(State::Attr);
}

Context failed(std::string problem) {
  Context context;
  context.state = State::Error;
  context.problem = std::move(problem);
  return context;
}

std::string to_string(const Context& context) {
  return fmt::format("{{{} {} {} {} {} {} <nil>}}", name(kStates, context.state),
                     name(kDelims, context.delim), name(kParts, context.url_part),
                     name(kScripts, context.js), name(kAttributes, context.attr),
                     name(kElements, context.element));
}

State state_of(Attribute attribute) {
  switch (attribute) {
    case Attribute::Script:
      return State::Js;
    case Attribute::Style:
      return State::Css;
    case Attribute::Url:
      return State::Url;
    case Attribute::Srcset:
      return State::Srcset;
    default:
      return State::Attr;
  }
}

}  // namespace tocsin::tmpl::html
