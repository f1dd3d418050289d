#include "notifiers/json_text.h"

#include "notifiers/runes.h"

namespace tocsin::notifiers {
namespace {

constexpr std::string_view kHexadecimal = "0123456789abcdef";

void append_ascii(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  constexpr std::string_view kNamed = "\b\f\n\r\t\"\\";
  constexpr std::string_view kNames = "bfnrt\"\\";
  if (const std::size_t at = kNamed.find(c); at != std::string_view::npos) {
    out += '\\';
    out += kNames[at];
  } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
    out += "\\u00";
    out += kHexadecimal[byte >> 4];
    out += kHexadecimal[byte & 0x0F];
  } else {
    out += c;
  }
}

}  // namespace

void append_go_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_ascii(out, text.front());
      text.remove_prefix(1);
      continue;
    }
    const Rune rune = first_rune(text);
    if (!rune.valid) {
      out += "\\ufffd";
    } else if (rune.code == 0x2028 || rune.code == 0x2029) {
      out += rune.code == 0x2028 ? "\\u2028" : "\\u2029";
    } else {
      out += rune.bytes;
    }
    text.remove_prefix(rune.bytes.size());
  }
  out += '"';
}

std::string go_json(std::string_view text) {
  std::string out;
  append_go_json(out, text);
  return out;
}

std::string go_json(const Labels& labels) {
  std::string out = "{";
  for (const Label& label : labels) {
    if (out.size() > 1) out += ',';
    append_go_json(out, label.name);
    out += ':';
    append_go_json(out, label.value);
  }
  return out + '}';
}

std::string rfc3339_nano(Timestamp at) {
  std::string text = format_rfc3339(at);
  text.pop_back();                             // the Z
  while (text.back() == '0') text.pop_back();  // of the fraction, which is always there …
  if (text.back() == '.') text.pop_back();     // … so that this ends it
  return text + 'Z';
}

}  // namespace tocsin::notifiers
