#include <algorithm>

#include <fmt/format.h>

#include "template/alertmanager.h"
#include "template/html/context.h"
#include "template/html/escapers.h"
#include "template/html/words.h"

namespace tocsin::tmpl::html {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// No scheme, or one that no program is run for.
bool is_safe(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string scheme = lower(url.substr(0, colon));
  if (scheme.find('/') != std::string::npos) return true;
  return scheme == "http" || scheme == "https" || scheme == "mailto";
}

/// %XX for all that is not to stand in a URL; with `keep_structure` what has a meaning in one
/// stays.
std::string encoded(std::string_view url, bool keep_structure) {
  constexpr std::string_view kStructure = "!#$&*+,/:;=?@[]";
  std::string out;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const char c = url[i];
    const bool escape = c == '%' && i + 2 < url.size() && is_hex(url[i + 1]) && is_hex(url[i + 2]);
    const bool stays = is_letter_or_digit(c) ||
                       std::string_view("-._~").find(c) != std::string_view::npos ||
                       (keep_structure && (escape || kStructure.find(c) != std::string_view::npos));
    if (stays) {
      out += c;
    } else {
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string failsafe() { return fmt::format("#{}", kFailsafe); }

/// One URL of a list, with the blanks before it and the size behind it.
std::string srcset_element(std::string_view text) {
  const auto is_blank = [](char c) { return is_html_space(c); };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_blank);
  const auto end = std::find_if(begin, text.end(), is_blank);
  const std::string_view url(begin, end);
  const bool good_size =
      std::all_of(end, text.end(), [&](char c) { return is_blank(c) || is_letter_or_digit(c); });
  if (!is_safe(url) || !good_size) return failsafe();
  return std::string(text.begin(), begin) + encoded(url, true) + std::string(end, text.end());
}

std::string srcset(std::string_view text, bool is_url) {
  std::string out;
  if (is_url) {
    for (const char c : encoded(text, true))
      out += c == ',' ? std::string("%2c") : std::string(1, c);
    return out;
  }
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    out += srcset_element(text.substr(0, comma));
    if (comma == text.size()) return out;
    out += ',';
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string escape_url(Escaper escaper, std::string_view text, std::string_view type) {
  const bool is_url = type == kSafeUrl;
  switch (escaper) {
    case Escaper::UrlFilter:
      return is_url || is_safe(text) ? std::string(text) : failsafe();
    case Escaper::Srcset:
      return srcset(text, is_url);
    case Escaper::UrlNormal:
      return encoded(text, true);
    default:
      return encoded(text, is_url);
  }
}

}  // namespace tocsin::tmpl::html
