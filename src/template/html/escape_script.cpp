#include <fmt/format.h>

#include "model/error.h"
#include "model/go_json.h"
#include "model/rune.h"
#include "template/html/escapers.h"
#include "template/html/js_context.h"
#include "template/html/words.h"
#include "template/json.h"
#include "template/print_value.h"

namespace tocsin::tmpl::html {
namespace {

std::string control_form(char32_t code) {
  switch (code) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    default:
      return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
  }
}

/// How a character is written; "" as it is.
std::string form_of(Escaper escaper, char32_t code) {
  if (code < 0x20 || code == 0x2028 || code == 0x2029) return control_form(code);
  if (code >= 0x80) return "";
  const char c = static_cast<char>(code);
  if (std::string_view("\"&'+<>").find(c) != std::string_view::npos) {
    return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
  }
  if (escaper == Escaper::JsRegexp) {
    const bool special = std::string_view("$()*-./?[\\]^{|}").find(c) != std::string_view::npos;
    return special ? std::string("\\") + c : "";
  }
  if (c == '/' || c == '\\') return std::string("\\") + c;
  const std::string_view more = escaper == Escaper::JsTemplate ? "`${}" : "`";
  if (more.find(c) != std::string_view::npos) {
    return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
  }
  return "";
}

/// Words that would end the comment in which a problem is told.
std::string comment_text(std::string text) {
  for (const auto& [bad, good] :
       {std::pair{"*/", "* /"}, {"</script", "\\x3C/script"}, {"<!--", "\\x3C!--"}}) {
    for (std::size_t at = 0; (at = text.find(bad, at)) != std::string::npos;) {
      text.replace(at, std::string_view(bad).size(), good);
    }
  }
  return text;
}

/// What JSON makes of the value: what prints itself is a text.
std::string json_of(const Value& value) {
  const bool is_text = prints_itself(value) || value.get_if<std::chrono::nanoseconds>() != nullptr;
  return is_text ? to_json(Value(print(value))) : to_json(value);
}

}  // namespace

std::string escape_script(Escaper escaper, std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const std::string form = form_of(escaper, rune.code);
    out += form.empty() ? text.substr(0, rune.length) : std::string_view(form);
    text.remove_prefix(rune.length);
  }
  return out.empty() && escaper == Escaper::JsRegexp ? "(?:)" : out;
}

std::string script_value(const Value& value) {
  std::string json;
  try {
    json = json_of(value);
  } catch (const Error& error) {
    return fmt::format(" /* {} */null ", comment_text(error.what()));
  }
  // So that it does not become one word with what stands beside it.
  const bool pad = is_js_name(json.front()) || is_js_name(json.back());
  return pad ? fmt::format(" {} ", json) : json;
}

}  // namespace tocsin::tmpl::html
