#include "template/escape.h"

#include <fmt/format.h>

#include "model/rune.h"

namespace tocsin::tmpl {
namespace {

std::string_view html_form(char c) {
  switch (c) {
    case '\0':
      return "\xEF\xBF\xBD";
    case '"':
      return "&#34;";
    case '\'':
      return "&#39;";
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return "";
  }
}

std::string script_form(char32_t code) {
  switch (code) {
    case '\\':
      return R"(\\)";
    case '\'':
      return R"(\')";
    case '"':
      return R"(\")";
    case '<':
    case '>':
    case '&':
    case '=':
      return fmt::format("\\u{:04X}", static_cast<std::uint32_t>(code));
    default:
      break;
  }
  if (is_printable(code)) return "";
  return fmt::format("\\u{:04X}", static_cast<std::uint32_t>(code));
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const std::string_view form = html_form(c);
    if (form.empty()) {
      out += c;
    } else {
      out += form;
    }
  }
  return out;
}

std::string escape_script(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const std::string form = script_form(rune.code);
    out += form.empty() ? std::string(text.substr(0, rune.length)) : form;
    text.remove_prefix(rune.length);
  }
  return out;
}

}  // namespace tocsin::tmpl
