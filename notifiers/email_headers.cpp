#include "notifiers/email_headers.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "notifiers/plain_text.h"
#include "notifiers/runes.h"

namespace tocsin::notifiers {
namespace {

constexpr std::size_t kMaxLine = 76;  // RFC 2047 2, RFC 2045 6.7

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string hexadecimal(char c) { return fmt::format("={:02X}", static_cast<unsigned char>(c)); }

/// The Q encoding of one code point, in the narrow form that is allowed in names too.
std::string q_encoded(std::string_view rune) {
  std::string out;
  for (const char c : rune) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (safe) {
      out += c;
    } else {
      out += c == ' ' ? "_" : hexadecimal(c);
    }
  }
  return out;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    longest = std::max(longest, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

/// Folded at blanks where a line would get too long.
std::string folded(std::string_view text, std::size_t column) {
  std::string out;
  while (!text.empty()) {
    // A word with the blanks before it; continuation lines need something visible.
    const std::size_t word = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = std::min(text.find(' ', word), text.size());
    const std::string_view piece = text.substr(0, end);
    if (word > 0 && column + piece.size() > kMaxLine) {
      out += "\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace

bool is_header_name(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
}

std::string encoded_words(std::string_view text, std::size_t column) {
  constexpr std::string_view kBegin = "=?UTF-8?Q?";
  constexpr std::string_view kEnd = "?=";
  std::string out;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) out += fmt::format("{}{}{}", kBegin, word, kEnd);
    word.clear();
  };
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    const std::string piece = q_encoded(rune.bytes);
    if (column + kBegin.size() + word.size() + piece.size() + kEnd.size() > kMaxLine) {
      end_word();
      out += "\r\n ";
      column = 1;
    }
    word += piece;
    text.remove_prefix(rune.bytes.size());
  }
  end_word();
  return out;
}

std::string mail_header(std::string_view name, std::string_view value) {
  const std::string text = one_line(value);
  const std::size_t column = name.size() + 2;
  const bool plain = is_ascii(text) && text.find("=?") == std::string::npos &&
                     longest_word(text) + column <= kMaxLine;
  return fmt::format("{}: {}\r\n", name,
                     plain ? folded(text, column) : encoded_words(text, column));
}

std::string identifier_header(std::string_view name, std::string_view value) {
  constexpr std::size_t kLongest = 900;  // RFC 5322 2.1.1: lines of at most 998
  if (!is_ascii(value) || longest_word(value) > kLongest) {
    throw Error(fmt::format("{} cannot be the value of the mail header {}", quote(value), name));
  }
  return fmt::format("{}: {}\r\n", name, folded(value, name.size() + 2));
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > kMaxLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    // A dot that begins a line means something to SMTP.
    const std::string_view safe = column == 0 && piece == "." ? "=2E" : piece;
    out += safe;
    column += safe.size();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool before_break = i + 1 == text.size() || text[i + 1] == '\n';
    const bool is_blank = c == ' ' || c == '\t';
    const bool plain = is_blank ? !before_break : c > 0x20 && c < 0x7F && c != '=';
    put(plain ? std::string(1, c) : hexadecimal(c));
  }
  return out;
}

}  // namespace tocsin::notifiers
