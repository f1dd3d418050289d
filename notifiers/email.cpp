#include "notifiers/email.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

#include "model/error.h"
#include "model/text.h"
#include "notifiers/email_addresses.h"
#include "notifiers/email_body.h"
#include "notifiers/email_headers.h"
#include "notifiers/http_exchange.h"
#include "notifiers/summary.h"

namespace tocsin::notifiers {
namespace {

constexpr std::size_t kMaxSubject = 250;

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kDigestBytes = 12;

std::string digest(std::string_view text, std::size_t bytes = kDigestBytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::string hex;
  for (std::size_t i = 0; i < bytes; ++i) hex += fmt::format("{:02x}", hash[i]);
  return hex;
}

/// RFC 5322 3.3.
std::string date_text(Timestamp at) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime t = to_civil(at);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[static_cast<std::size_t>(t.weekday)],
      t.day, kMonths[static_cast<std::size_t>(t.month - 1)], t.year, t.hour, t.minute, t.second);
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view each) { return same_name(name, each); });
}

/// The id of a mail that never was, which all mails of a thread answer.
std::string thread_of(const EmailSettings& settings, const notify::Notification& notification,
                      std::string_view domain, Timestamp now) {
  if (!settings.threads) {
    return fmt::format("<{}.group.tocsin@{}>", digest(notification.group_id), domain);
  }
  constexpr std::size_t kHashBytes = 8;
  constexpr std::size_t kDay = 10;  // "2026-01-02"
  const bool daily = *settings.threads == EmailThreads::OfDay;
  return fmt::format("<alert-{}-{}@alertmanager>", digest(notification.group_key, kHashBytes),
                     daily ? format_rfc3339(now).substr(0, kDay) : "");
}

/// Those that every mail has. All mails of a group answer one that never was: clients put them into
/// one thread for that. A message that is sent again after its outcome was lost has the same id.
Headers standard_headers(const EmailSettings& settings, const notify::Notification& notification,
                         std::string_view domain, Timestamp now) {
  const std::string own =
      digest(fmt::format("{}\n{}\n{}\n{}", notification.group_id, notification.receiver,
                         notification.channel, notification.decided_at.time_since_epoch().count()));
  const std::string thread = thread_of(settings, notification, domain, now);
  return {
      {"From", ""},
      {"To", ""},
      {"Subject", ""},
      {"Date", date_text(now)},
      {"Message-ID", fmt::format("<{}.tocsin@{}>", own, domain)},
      {"In-Reply-To", thread},
      {"References", thread},
      {"Auto-Submitted", "auto-generated"},
  };
}

void replace_or_add(Headers& fields, const std::string& name, const std::string& value) {
  if (!is_header_name(name)) {
    throw Error(fmt::format("{} cannot be the name of a mail header", quote(name)));
  }
  if (is_one_of(name, {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"})) {
    throw Error(fmt::format("the mail header {} is set by Tocsin and cannot be configured", name));
  }
  if (same_name(name, "Bcc")) {
    throw Error("a Bcc header would show everybody what it hides: put the address into \"to\"");
  }
  for (auto& [each, old] : fields) {
    if (same_name(each, name)) {
      old = value;
      return;
    }
  }
  fields.emplace_back(name, value);
}

/// Identifiers are neither encoded nor folded: mail programs take them as they are.
std::string header_text(const std::string& name, const std::string& value) {
  if (is_one_of(name, {"From", "To", "Cc", "Reply-To", "Sender"})) {
    return mailbox_header(name, parse_mailboxes(value));
  }
  if (is_one_of(name, {"Message-ID", "In-Reply-To", "References"})) {
    return identifier_header(name, value);
  }
  return mail_header(name, value);
}

std::string part(std::string_view type, const std::string& content) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
      type, quoted_printable(content));
}

/// "=_" cannot be in a quoted-printable part, so that the boundary never occurs in one.
std::string multipart(const std::string& parts_of, const std::vector<std::string>& parts) {
  const std::string boundary = "=_tocsin_" + parts_of;
  std::string out = fmt::format(
      "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n",
      boundary);
  for (const std::string& each : parts) out += fmt::format("--{}\r\n{}", boundary, each);
  return out + fmt::format("--{}--\r\n", boundary);
}

/// Templates may have any line ends.
std::string with_plain_line_ends(std::string text) {
  for (std::size_t at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) {
    text.erase(at, 1);
  }
  return text;
}

/// The one that readers prefer stands last (RFC 2046 5.1.4).
std::vector<std::string> parts_of(const EmailMessage& message, Fields& fields) {
  std::vector<std::string> parts;
  if (!message.text.empty()) {
    parts.push_back(part("text/plain", with_plain_line_ends(fields.text(message.text))));
  }
  if (!message.html.empty()) {
    parts.push_back(part("text/html", with_plain_line_ends(fields.html(message.html))));
  }
  return parts;
}

}  // namespace

net::Mail email(const EmailSettings& settings, const notify::Notification& notification,
                Timestamp now, const MakeRendering& make, const std::optional<Link>& offer) {
  Fields fields(make, notification);
  const std::string from_field = fields.text(settings.from);
  const std::string to_field = fields.text(settings.to);
  const std::vector<std::string> from = parse_addresses(from_field);
  if (from.size() != 1) throw Error("a mail comes from exactly one address");
  net::Mail mail;
  mail.server = settings.server;
  mail.from = from[0];
  mail.recipients = parse_addresses(to_field);

  Headers headers =
      standard_headers(settings, notification, from[0].substr(from[0].find('@') + 1), now);
  const Summary summary = settings.message ? Summary{} : summarise(notification, offer);
  // Only what the user wrote is a template: what was made of one, or of an alert, is not.
  std::map<std::string, std::string> given;
  for (const auto& [name, field] : settings.headers) given[name] = fields.text(field);
  given.try_emplace("From", from_field);
  given.try_emplace("To", to_field);
  given.try_emplace("Subject", settings.message ? fields.text(std::string(kEmailSubject))
                                                : truncate_runes(summary.title, kMaxSubject));
  for (const auto& [name, value] : given) replace_or_add(headers, name, value);
  for (const auto& [name, value] : headers) mail.message += header_text(name, value);

  const std::vector<std::string> parts =
      settings.message ? parts_of(*settings.message, fields)
                       : std::vector<std::string>{part("text/plain", mail_text(summary)),
                                                  part("text/html", mail_html(summary))};
  mail.message += multipart(digest(notification.group_id), parts);
  return mail;
}

notify::Outcome judge_email(const net::Result& result) {
  if (const auto* response = std::get_if<net::Response>(&result)) {
    return notify::Sent{fmt::format("{} {}", response->status, short_words(response->body))};
  }
  const auto& failure = std::get<net::Failure>(result);
  using Kind = net::Failure::Kind;
  // 4xx is "not now" (RFC 5321 4.2.1), also of an authentication; everything else that the server
  // itself says, a wrong password first of all, does not heal by trying again.
  const bool said_no = failure.kind == Kind::MailRefused || failure.kind == Kind::Authentication;
  if (said_no && failure.code / 100 != 4) return notify::Refused{short_words(failure.message)};
  notify::Outcome outcome = judge_failure(failure);
  if (auto* later = std::get_if<notify::Retry>(&outcome)) later->unheard |= said_no;
  return outcome;
}

}  // namespace tocsin::notifiers
