#include <fmt/format.h>

#include "template/html/context.h"
#include "template/html/escapers.h"
#include "template/html/words.h"

namespace tocsin::tmpl::html {
namespace {

/// A hexadecimal escape ends with a blank where more digits or a blank could follow.
std::string in_string(std::string_view text) {
  constexpr std::string_view kSpecial("\0\t\n\f\r\"&'()+/:;<>{}", 18);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      out += "\\\\";
    } else if (kSpecial.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("\\{:x}", static_cast<unsigned>(c));
      const bool at_end = i + 1 == text.size();
      if (at_end || is_hex(text[i + 1]) || is_html_space(text[i + 1])) out += ' ';
    }
  }
  return out;
}

/// Keywords, numbers with units, colours: what cannot leave its value and runs nothing.
std::string value_filter(std::string_view text) {
  constexpr std::string_view kUnsafe("\0\"'()/;@[\\]`{}<>", 16);
  const std::string plain = decode_css(text);
  std::string name;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    if (kUnsafe.find(c) != std::string_view::npos) return std::string(kFailsafe);
    if (c == '-') {
      if (i != 0 && plain[i - 1] == '-') return std::string(kFailsafe);
    } else if (static_cast<unsigned char>(c) < 0x80 && is_css_name(static_cast<unsigned char>(c))) {
      name += c;
    }
  }
  name = lower(name);
  const bool runs =
      name.find("expression") != std::string::npos || name.find("mozbinding") != std::string::npos;
  return runs ? std::string(kFailsafe) : plain;
}

}  // namespace

std::string escape_style(Escaper escaper, std::string_view text) {
  return escaper == Escaper::Css ? in_string(text) : value_filter(text);
}

}  // namespace tocsin::tmpl::html
