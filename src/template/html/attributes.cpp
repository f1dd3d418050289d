#include <algorithm>
#include <array>

#include "template/html/context.h"

namespace tocsin::tmpl::html {
namespace {

// Names whose kind their spelling does not tell. Source: Go's html/template attr.go, which follows
// the HTML standard's table of attributes.
constexpr std::array<std::string_view, 17> kUrls = {
    "action", "archive",    "background", "cite",   "classid",  "codebase",
    "data",   "formaction", "href",       "icon",   "longdesc", "manifest",
    "poster", "profile",    "src",        "usemap", "xmlns"};
/// Values of these decide how others are understood.
constexpr std::array<std::string_view, 22> kUnsafe = {
    "accept-charset", "async",          "challenge",  "charset", "content",
    "crossorigin",    "defer",          "enctype",    "form",    "formenctype",
    "formmethod",     "formnovalidate", "http-equiv", "keytype", "language",
    "method",         "novalidate",     "pattern",    "rel",     "sandbox",
    "type",           "value"};

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

Kind kind_of_attribute(std::string_view name) {
  if (name.starts_with("data-")) {
    name.remove_prefix(5);
  } else if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
    if (name.substr(0, colon) == "xmlns") return Kind::Url;
    name.remove_prefix(colon + 1);
  }
  if (holds(kUrls, name)) return Kind::Url;
  if (holds(kUnsafe, name)) return Kind::Unsafe;
  if (name == "style") return Kind::Css;
  if (name == "srcdoc") return Kind::Html;
  if (name == "srcset") return Kind::Srcset;
  if (name == "srclang") return Kind::Plain;
  // Event handlers, and what people name their own attributes of URLs.
  if (name.starts_with("on")) return Kind::Js;
  if (contains(name, "src") || contains(name, "uri") || contains(name, "url")) return Kind::Url;
  return Kind::Plain;
}

}  // namespace tocsin::tmpl::html
