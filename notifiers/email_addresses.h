// Mailboxes: "Ops <ops@example.org>", as configuration and headers write them (RFC 5322 3.4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::notifiers {

struct Mailbox {
  std::string name;     ///< for people; may be empty
  std::string address;  ///< local@domain, plain ASCII
  bool operator==(const Mailbox&) const = default;
};

/// Comma-separated; names may be quoted. Throws Error with the offending piece.
std::vector<Mailbox> parse_mailboxes(std::string_view list);

/// "Name: value" with CRLF for a header that holds mailboxes: names are quoted or encoded where
/// they have to be, addresses never are; lines are folded between mailboxes.
std::string mailbox_header(std::string_view name, const std::vector<Mailbox>& mailboxes);

}  // namespace tocsin::notifiers
