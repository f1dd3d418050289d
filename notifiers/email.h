// email_configs: one mail per notification, with a text and an HTML part.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/mail.h"
#include "notifiers/rendering.h"
#include "notifiers/summary.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

/// Alertmanager's layout. Both are templates; a part whose template is empty is left out.
struct EmailMessage {
  std::string html = R"({{ template "email.default.html" . }})";
  std::string text;
  bool operator==(const EmailMessage&) const = default;
};

inline constexpr std::string_view kEmailSubject = R"({{ template "email.default.subject" . }})";

/// Alertmanager's threading: all mails of a group, or those of one day.
enum class EmailThreads { OfGroup, OfDay };

/// Alertmanager's fields, with the global SMTP settings already filled in.
struct EmailSettings {
  std::string to;    ///< comma-separated addresses, display names allowed; a template
  std::string from;  ///< exactly one address; a template
  net::MailServer server;
  std::map<std::string, std::string> headers;  ///< extra or replaced ones; templates
  std::optional<EmailMessage> message;         ///< none: Tocsin's own layout
  std::optional<EmailThreads> threads;         ///< none: Tocsin's own, one for each group
  bool operator==(const EmailSettings&) const = default;
};

/// Throws Error when an address cannot be read or a template fails. Tocsin's own layout shows
/// `offer`.
net::Mail email(const EmailSettings& settings, const notify::Notification& notification,
                Timestamp now, const MakeRendering& make = {},
                const std::optional<Link>& offer = {});
notify::Outcome judge_email(const net::Result& result);

/// "Ops <ops@example.org>, b@example.org" -> bare addresses. Throws Error with the offending piece.
std::vector<std::string> parse_addresses(const std::string& list);

}  // namespace tocsin::notifiers
