#include "template/text_functions.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "model/error.h"
#include "model/rune.h"
#include "model/text.h"

namespace tocsin::tmpl {
namespace {

struct HostPort {
  std::string_view host;
  std::string_view port;
};

/// Go's net.SplitHostPort; nullopt where that is an error.
std::optional<HostPort> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close + 1 != colon) return std::nullopt;
    host = text.substr(1, close - 1);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.find_first_of("[]") != std::string_view::npos ||
      text.substr(colon).find_first_of("[]") != std::string_view::npos) {
    return std::nullopt;
  }
  return HostPort{host, text.substr(colon + 1)};
}

bool is_address(std::string_view host) {
  const std::string text(host);
  unsigned char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

template <typename Change>
std::string each_rune(std::string_view text, Change change) {
  std::string out;
  char32_t before = ' ';
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const char32_t changed = change(rune.code, before);
    if (changed == rune.code) {
      out += text.substr(0, rune.length);
    } else {
      append_rune(out, changed);
    }
    before = rune.code;
    text.remove_prefix(rune.length);
  }
  return out;
}

/// What strings.Title takes for the space between words.
bool separates_words(char32_t code) {
  return !is_alphanumeric(code) && (code < 0x80 || code == 0xA0 || code == 0x3000);
}

bool is_cased(char32_t code) { return to_upper(code) != code || to_lower(code) != code; }

/// Unicode's MidLetter, MidNumLet and Single_Quote, which stand within words.
bool joins_words(char32_t code) {
  constexpr std::u32string_view kMiddle =
      U"'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";
  return kMiddle.find(code) != std::u32string_view::npos;
}

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_infinity(std::string_view word) { return word == "inf" || word == "infinity"; }

}  // namespace

double parse_go_float(std::string_view text) {
  const auto bad = [text] {
    return Error(fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", quote(text)));
  };
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (magnitude.starts_with('-') || magnitude.starts_with('+')) throw bad();
  const double sign = negative ? -1 : 1;
  const std::string word = lower(magnitude);
  if (is_infinity(word)) return sign * std::numeric_limits<double>::infinity();
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const bool hexadecimal = word.starts_with("0x");
  if (hexadecimal && word.find('p') == std::string::npos) throw bad();
  const std::string_view digits =
      hexadecimal ? std::string_view(word).substr(2) : std::string_view(word);
  const auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, format);
  if (stop != end || digits.empty() || error == std::errc::invalid_argument) throw bad();
  if (error == std::errc::result_out_of_range) {
    throw Error(fmt::format("strconv.ParseFloat: parsing {}: value out of range", quote(text)));
  }
  return sign * value;
}

std::string title(std::string_view text) {
  return each_rune(text, [](char32_t code, char32_t before) {
    return separates_words(before) ? to_upper(code) : code;
  });
}

std::string title_case(std::string_view text) {
  bool within_word = false;
  bool after_middle = false;
  return each_rune(text, [&](char32_t code, char32_t) {
    const bool middle = joins_words(code);
    if (middle && after_middle) within_word = false;
    after_middle = middle;
    if (is_cased(code)) {
      const char32_t changed = within_word ? to_lower(code) : to_upper(code);
      within_word = true;
      return changed;
    }
    if (!middle && !is_alphanumeric(code)) within_word = false;
    return code;
  });
}

std::string trim_space(std::string_view text) {
  while (const std::size_t blank = leading_space(text)) text.remove_prefix(blank);
  std::size_t end = 0;  // behind the last one that is no blank
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t blank = leading_space(text.substr(at));
    at += blank > 0 ? blank : decode_rune(text.substr(at)).length;
    if (blank == 0) end = at;
  }
  return std::string(text.substr(0, end));
}

std::string unescape_query(std::string_view text) {
  const auto digit = [](char c) {
    return std::string_view("0123456789abcdef").find(lower_ascii(c));
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const std::string_view escape = text.substr(i, 3);
    if (escape.size() < 3 || digit(escape[1]) > 15 || digit(escape[2]) > 15) {
      throw Error(fmt::format("invalid URL escape {}", quote(escape)));
    }
    out += static_cast<char>(digit(escape[1]) * 16 + digit(escape[2]));
    i += 2;
  }
  return out;
}

std::string upper(std::string_view text) {
  return each_rune(text, [](char32_t code, char32_t) { return to_upper(code); });
}

std::string lower(std::string_view text) {
  return each_rune(text, [](char32_t code, char32_t) { return to_lower(code); });
}

std::string strip_port(std::string_view host_and_port) {
  const auto parts = split_host_port(host_and_port);
  return std::string(parts ? parts->host : host_and_port);
}

std::string strip_domain(std::string_view host_and_port) {
  const auto parts = split_host_port(host_and_port);
  const std::string_view host = parts ? parts->host : host_and_port;
  if (is_address(host)) return std::string(host_and_port);
  std::string out(host.substr(0, host.find('.')));
  if (parts) out += fmt::format(":{}", parts->port);
  return out;
}

}  // namespace tocsin::tmpl
