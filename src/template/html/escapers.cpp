#include "template/html/escapers.h"

#include "model/text.h"
#include "template/escape.h"
#include "template/print_value.h"

namespace tocsin::tmpl::html {

std::string escape(Escaper escaper, const Value& value) {
  const std::string text = value.is_nil() ? "" : print(value);
  const std::string_view type = value.type();
  switch (escaper) {
    case Escaper::Comment:
      return "";
    case Escaper::Css:
    case Escaper::CssValue:
      return escape_style(escaper, text);
    case Escaper::JsRegexp:
    case Escaper::JsString:
    case Escaper::JsTemplate:
      return escape_script(escaper, text);
    case Escaper::JsValue:
      return script_value(value);
    case Escaper::Srcset:
    case Escaper::Url:
    case Escaper::UrlFilter:
    case Escaper::UrlNormal:
      return escape_url(escaper, text, type);
    case Escaper::UserHtml:
      return escape_html(text);
    case Escaper::UserUrlquery:
      return tocsin::escape_query(text);
    default:
      return escape_markup(escaper, text, type);
  }
}

}  // namespace tocsin::tmpl::html
