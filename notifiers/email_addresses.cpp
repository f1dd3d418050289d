#include "notifiers/email_addresses.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "notifiers/email.h"
#include "notifiers/email_headers.h"
#include "notifiers/plain_text.h"

namespace tocsin::notifiers {
namespace {

constexpr std::size_t kMaxLine = 76;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// Splits at commas outside of quotes.
std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '\\' && quoted) {
      ++i;
    } else if (list[i] == '"') {
      quoted = !quoted;
    } else if (list[i] == ',' && !quoted) {
      pieces.push_back(list.substr(from, i - from));
      from = i + 1;
    }
  }
  if (quoted) throw Error(fmt::format("{}: a quote is not closed", quote(list)));
  pieces.push_back(list.substr(from));
  return pieces;
}

/// local@domain in ASCII, without anything that could end an SMTP command or a header.
bool is_address(std::string_view text) {
  constexpr std::size_t kLongest = 254;  // RFC 5321 4.5.3.1.3
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > kLongest) {
    return false;
  }
  return std::none_of(text.begin(), text.end(), [&](const char& c) {
    constexpr std::string_view kBad = "<>()[],;:\\\"@";
    const bool is_the_at = &c == text.data() + at;
    return c <= 0x20 || c >= 0x7F || (!is_the_at && kBad.find(c) != std::string_view::npos);
  });
}

/// Without quotes and the backslashes within them.
std::string unquoted(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      quoted = !quoted;
    } else {
      if (text[i] == '\\' && quoted && i + 1 < text.size()) ++i;
      out += text[i];
    }
  }
  return out;
}

Mailbox parse_mailbox(std::string_view piece) {
  constexpr std::size_t kLongestName = 200;
  std::string_view address = trimmed(piece);
  std::string_view name;
  if (const std::size_t open = address.rfind('<');
      address.ends_with('>') && open != std::string_view::npos) {
    name = trimmed(address.substr(0, open));
    address = trimmed(address.substr(open + 1, address.size() - open - 2));
  }
  if (!is_address(address)) {
    throw Error(
        fmt::format("{} is not an e-mail address: write it like ops@example.org or Ops "
                    "<ops@example.org> (domains outside of ASCII in their xn-- form)",
                    quote(trimmed(piece))));
  }
  return {one_line(unquoted(name), kLongestName), std::string(address)};
}

/// A phrase of RFC 5322: as it is, quoted, or encoded.
std::string phrase(std::string_view name, std::size_t column) {
  const bool ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!ascii || name.find("=?") != std::string_view::npos) return encoded_words(name, column);
  const bool atoms = std::all_of(name.begin(), name.end(), [](char c) {
    constexpr std::string_view kSpecials = "()<>[]:;@\\,.\"";
    return kSpecials.find(c) == std::string_view::npos;
  });
  if (atoms) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string shown(const Mailbox& mailbox, std::size_t column) {
  if (mailbox.name.empty()) return mailbox.address;
  return fmt::format("{} <{}>", phrase(mailbox.name, column), mailbox.address);
}

}  // namespace

std::vector<Mailbox> parse_mailboxes(std::string_view list) {
  std::vector<Mailbox> mailboxes;
  const std::vector<std::string_view> pieces = split(list);
  for (const std::string_view piece : pieces) {
    if (trimmed(piece).empty() && pieces.size() > 1) continue;  // "a@b, "
    mailboxes.push_back(parse_mailbox(piece));
  }
  if (mailboxes.empty()) throw Error("at least one e-mail address is expected");
  return mailboxes;
}

std::vector<std::string> parse_addresses(const std::string& list) {
  std::vector<std::string> addresses;
  for (Mailbox& mailbox : parse_mailboxes(list)) addresses.push_back(std::move(mailbox.address));
  return addresses;
}

std::string mailbox_header(std::string_view name, const std::vector<Mailbox>& mailboxes) {
  std::string out = fmt::format("{}:", name);
  std::size_t column = out.size();
  for (std::size_t i = 0; i < mailboxes.size(); ++i) {
    if (i > 0) {
      out += ',';
      ++column;
    }
    std::string text = shown(mailboxes[i], column + 1);
    const std::size_t first_line = std::min(text.find('\r'), text.size());
    if (i > 0 && column + 1 + first_line >= kMaxLine) {
      out += "\r\n";
      column = 0;
      text = shown(mailboxes[i], 1);
    }
    out += ' ' + text;
    const std::size_t last_break = text.rfind('\n');
    column =
        last_break == std::string::npos ? column + 1 + text.size() : text.size() - last_break - 1;
  }
  return out + "\r\n";
}

}  // namespace tocsin::notifiers
