#include "template/html/words.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "template/html/context.h"

namespace tocsin::tmpl::html {
namespace {

struct Name {
  std::string_view name;
  char32_t code;
};

constexpr std::array<Name, 14> kNames = {{{"amp", '&'},
                                          {"AMP", '&'},
                                          {"apos", '\''},
                                          {"colon", ':'},
                                          {"equals", '='},
                                          {"gt", '>'},
                                          {"GT", '>'},
                                          {"lpar", '('},
                                          {"lt", '<'},
                                          {"LT", '<'},
                                          {"nbsp", 0xA0},
                                          {"quot", '"'},
                                          {"rpar", ')'},
                                          {"sol", '/'}}};

/// The reference that begins with the &: how long it is, and what it stands for.
std::pair<std::size_t, char32_t> reference(std::string_view text) {
  if (text.size() > 2 && text[1] == '#') {
    const bool hexadecimal = text[2] == 'x' || text[2] == 'X';
    const std::size_t from = hexadecimal ? 3 : 2;
    std::uint32_t code = 0;
    const char* begin = text.data() + std::min(from, text.size());
    const auto [end, error] =
        std::from_chars(begin, text.data() + text.size(), code, hexadecimal ? 16 : 10);
    if (end == begin) return {0, 0};
    if (error != std::errc() || code == 0 || code > 0x10FFFF) code = kBadRune;
    auto length = static_cast<std::size_t>(end - text.data());
    if (length < text.size() && text[length] == ';') ++length;
    return {length, code};
  }
  for (const Name& each : kNames) {
    const std::string_view rest = text.substr(1);
    if (!rest.starts_with(each.name)) continue;
    const std::string_view after = rest.substr(each.name.size());
    if (after.starts_with(';')) return {each.name.size() + 2, each.code};
  }
  return {0, 0};
}

std::string_view skip_css_space(std::string_view text) {
  if (text.starts_with("\r\n")) return text.substr(2);
  return !text.empty() && is_html_space(text.front()) ? text.substr(1) : text;
}

}  // namespace

bool is_html_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find('&'), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    const auto [length, code] = reference(text);
    if (length == 0) {
      out += '&';
      text.remove_prefix(1);
    } else {
      append_rune(out, code);
      text.remove_prefix(length);
    }
  }
  return out;
}

bool is_css_name(char32_t code) {
  return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
         (code >= '0' && code <= '9') || code == '-' || code == '_' ||
         (code >= 0x80 && code <= 0xD7FF) || (code >= 0xE000 && code <= 0xFFFD) ||
         (code >= 0x10000 && code <= 0x10FFFF);
}

std::string decode_css(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find('\\'), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.size() < 2) break;
    if (!is_hex(text[1])) {
      const std::size_t length = decode_rune(text.substr(1)).length;
      out += text.substr(1, length);
      text.remove_prefix(1 + length);
      continue;
    }
    std::size_t end = 2;
    while (end < text.size() && end < 7 && is_hex(text[end])) ++end;
    std::uint32_t code = 0;
    std::from_chars(text.data() + 1, text.data() + end, code, 16);
    if (code > 0x10FFFF) {
      code /= 16;
      --end;
    }
    append_rune(out, code);
    text = skip_css_space(text.substr(end));
  }
  return out;
}

}  // namespace tocsin::tmpl::html
