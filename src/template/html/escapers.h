// What makes a value safe in a place: the functions that html/template puts behind pipelines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "template/value.h"

namespace tocsin::tmpl::html {

enum class Escaper : std::uint8_t {
  Attr,         ///< value of an attribute in quotes
  Comment,      ///< nothing of it stays
  Css,          ///< in a string of CSS
  CssValue,     ///< a value of CSS
  Name,         ///< a tag's or attribute's name
  Html,         ///< between tags
  JsRegexp,     ///< in a regular expression of JavaScript
  JsString,     ///< in a string of JavaScript
  JsTemplate,   ///< in a template literal of JavaScript
  JsValue,      ///< a value of JavaScript: JSON
  NoSpace,      ///< value of an attribute without quotes
  Rcdata,       ///< in <title> and <textarea>
  Srcset,       ///< a list of URLs with sizes
  Url,          ///< one part of a URL's query
  UrlFilter,    ///< the start of a URL: only schemes that run nothing
  UrlNormal,    ///< a URL or what one begins with
  UserHtml,     ///< the function html, which was there already
  UserUrlquery  ///< the function urlquery
};

/// What is written for the value. Text of the types template.HTML and template.URL (see
/// template/alertmanager.h) is taken as it is where it is meant for.
std::string escape(Escaper escaper, const Value& value);

// By language, for `text` of the Go type `type`.
std::string escape_markup(Escaper escaper, std::string_view text, std::string_view type);
std::string escape_url(Escaper escaper, std::string_view text, std::string_view type);
std::string escape_script(Escaper escaper, std::string_view text);
std::string escape_style(Escaper escaper, std::string_view text);
std::string script_value(const Value& value);

}  // namespace tocsin::tmpl::html
