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
