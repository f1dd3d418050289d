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

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string digest(std::string_view text) {
  constexpr std::size_t kBytes = 12;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::string hex;
  for (std::size_t i = 0; i < kBytes; ++i) hex += fmt::format("{:02x}", hash[i]);
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

/// Those that every mail has. All mails of a group answer one that never was: clients put them into
/// one thread for that. A message that is sent again after its outcome was lost has the same id.
Fields standard_fields(const EmailSettings& settings, const notify::Notification& notification,
                       std::string_view domain, Timestamp now, std::string_view subject) {
  const std::string own =
      digest(fmt::format("{}\n{}\n{}\n{}", notification.group_id, notification.receiver,
                         notification.channel, notification.decided_at.time_since_epoch().count()));
  const std::string thread =
      fmt::format("<{}.group.tocsin@{}>", digest(notification.group_id), domain);
  return {
      {"From", settings.from},
      {"To", settings.to},
      {"Subject", std::string(subject)},
      {"Date", date_text(now)},
      {"Message-ID", fmt::format("<{}.tocsin@{}>", own, domain)},
      {"In-Reply-To", thread},
      {"References", thread},
      {"Auto-Submitted", "auto-generated"},
  };
}

void replace_or_add(Fields& fields, const std::string& name, const std::string& value) {
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
std::string multipart(const Summary& summary, const std::string& id) {
  const std::string boundary = "=_tocsin_" + id;
  return fmt::format(
      "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"{0}\"\r\n\r\n"
      "--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n",
      boundary, part("text/plain", mail_text(summary)), part("text/html", mail_html(summary)));
}

}  // namespace

net::Mail email(const EmailSettings& settings, const notify::Notification& notification,
                Timestamp now) {
  const std::vector<std::string> from = parse_addresses(settings.from);
  if (from.size() != 1) throw Error("a mail comes from exactly one address");
  const Summary summary = summarise(notification);
  Fields fields = standard_fields(settings, notification, from[0].substr(from[0].find('@') + 1),
                                  now, truncate_runes(summary.title, kMaxSubject));
  for (const auto& [name, value] : settings.headers) replace_or_add(fields, name, value);
  net::Mail mail;
  mail.server = settings.server;
  mail.from = from[0];
  mail.recipients = parse_addresses(settings.to);
  for (const auto& [name, value] : fields) mail.message += header_text(name, value);
  mail.message += multipart(summary, digest(notification.group_id));
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
  return judge_failure(failure);
}

}  // namespace tocsin::notifiers
