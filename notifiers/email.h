// email_configs: one mail per notification, with a text and an HTML part.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "net/mail.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

/// Alertmanager's fields, with the global SMTP settings already filled in.
struct EmailSettings {
  std::string to;    ///< comma-separated addresses, display names allowed
  std::string from;  ///< exactly one address
  net::MailServer server;
  std::map<std::string, std::string> headers;  ///< extra or replaced headers (Subject, Reply-To, …)
  bool operator==(const EmailSettings&) const = default;
};

/// Throws Error when an address cannot be read.
net::Mail email(const EmailSettings& settings, const notify::Notification& notification,
                Timestamp now);
notify::Outcome judge_email(const net::Result& result);

/// "Ops <ops@example.org>, b@example.org" -> bare addresses. Throws Error with the offending piece.
std::vector<std::string> parse_addresses(const std::string& list);

}  // namespace tocsin::notifiers
