#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/templating.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

/// "reply-to" -> "Reply-To". Source: Go textproto.CanonicalMIMEHeaderKey.
std::string canonical(std::string name) {
  bool first = true;
  for (char& c : name) {
    const auto letter = static_cast<unsigned char>(c);
    c = static_cast<char>(first ? std::toupper(letter) : std::tolower(letter));
    first = c == '-';
  }
  return name;
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
}

/// Why a header cannot be configured, or "".
std::string_view refusal_of(const std::string& name) {
  if (!is_header_name(name)) return "cannot be the name of a mail header";
  if (name == "Mime-Version" || name == "Content-Type" || name == "Content-Transfer-Encoding") {
    return "is set by Tocsin and cannot be configured; remove it";
  }
  if (name == "Bcc") return "would show everybody what it hides; put the address into \"to\"";
  return "";
}

void check_header_addresses(File& file, const Node& value, const std::string& name,
                            const std::string& text) {
  constexpr std::array<std::string_view, 5> kAddresses = {"From", "To", "Cc", "Reply-To", "Sender"};
  if (std::find(kAddresses.begin(), kAddresses.end(), name) == kAddresses.end()) return;
  if (holds_template(text)) return;
  try {
    notifiers::parse_addresses(text);
  } catch (const Error& error) {
    file.problem(value, fmt::format("header {}: {}", name, error.what()));
  }
}

void read_headers(Map& map, std::map<std::string, std::string>& headers,
                  const Templating& templating) {
  const Node* node = map.find("headers");
  Labels given;
  if (node == nullptr || !map.read("headers", given)) return;
  for (const Node::Entry& entry : node->entries) {
    const std::string name = canonical(std::string(entry.key));
    const std::string text(given.get(entry.key));
    if (const std::string_view why = refusal_of(name); !why.empty()) {
      map.file().problem(entry.mark, fmt::format("header {} {}", shown(entry.key), why));
    } else if (!headers.emplace(name, text).second) {
      map.file().problem(entry.mark, fmt::format("header {} stands here twice; remove one", name));
    } else if (check_field(map.file(), entry.value->mark, fmt::format("header {}", name), text,
                           templating)) {
      check_header_addresses(map.file(), *entry.value, name, text);
    }
  }
}

void read_server(Map& map, const Defaults& defaults, net::MailServer& server) {
  server = defaults.smtp;
  read_smarthost(map, "smarthost", server);
  std::string text;
  if (map.read("hello", text) && !text.empty()) server.hello = text;
  if (map.read("auth_username", text) && !text.empty()) server.username = text;
  if (map.read("auth_identity", text) && !text.empty()) server.identity = text;
  map.read_secret("auth_password", server.password);
  read_challenge_secret(map, "auth_secret", server.secret);
  if (const Node* tls = map.find("tls_config")) {
    server.tls_settings = read_tls_settings(*tls, map.file());
  }
  bool require = defaults.smtp_require_tls;
  map.read("require_tls", require);
  bool implicit = defaults.smtp_force_implicit_tls.value_or(server.port == 465);
  map.read("force_implicit_tls", implicit);
  server.tls = implicit  ? net::MailTls::Implicit
               : require ? net::MailTls::StartTlsRequired
                         : net::MailTls::None;
}

/// Alertmanager's default, which it documents as daily, is none that it takes: it has to be said.
void read_threading(Map& map, notifiers::EmailSettings& email) {
  const Node* node = map.find("threading");
  if (node == nullptr) return;
  Map inner(*node, "threading", map.file());
  if (!inner.usable()) return;
  bool enabled = false;
  std::string by_date;
  inner.read("enabled", enabled);
  inner.read("thread_by_date", by_date);
  if (!enabled) return;
  if (by_date != "none" && by_date != "daily") {
    inner.problem("threading needs a thread_by_date, which is none or daily");
  }
  for (const std::string name : {"References", "In-Reply-To"}) {
    if (email.headers.contains(name)) {
      inner.problem(fmt::format("threading sets the header {}; remove one of them", name));
    }
  }
  email.threads =
      by_date == "daily" ? notifiers::EmailThreads::OfDay : notifiers::EmailThreads::OfGroup;
}

void read_message(Map& map, const Templating& templating, notifiers::EmailSettings& email) {
  notifiers::EmailMessage message;
  const bool set = map.has("html") || map.has("text");
  read_field(map, "html", message.html, templating, Templating::Mode::Html);
  read_field(map, "text", message.text, templating);
  if (!set && !templating.overridden("email")) return;
  email.message = std::move(message);
  if (email.headers.contains("Subject")) return;
  check_field(map.file(), map.node().mark, "the subject", std::string(notifiers::kEmailSubject),
              templating);
}

}  // namespace

void read_challenge_secret(Map& map, std::string_view key, net::Secret& out) {
  net::Secret secret;
  if (!map.read_secret(key, secret)) return;
  out = std::move(secret);
  out.trim = false;
}

void check_addresses(Map& map, std::string_view key, const std::string& list, bool only_one) {
  if (holds_template(list)) return;  // only sending shows what comes of it
  try {
    const std::size_t count = notifiers::parse_addresses(list).size();
    if (count == 0) map.problem(key, fmt::format("{} names no mail address", key));
    if (only_one && count > 1) map.problem(key, fmt::format("{} must be one mail address", key));
  } catch (const Error& error) {
    map.problem(key, fmt::format("{}: {}", key, error.what()));
  }
}

notifiers::EmailSettings read_email(Map& map, const Defaults& defaults) {
  notifiers::EmailSettings email;
  const Templating& templating = defaults.templating;
  if (!map.has("to")) map.problem("a mail needs a \"to\", the addresses that it goes to");
  if (read_field(map, "to", email.to, templating)) check_addresses(map, "to", email.to, false);
  email.from = defaults.smtp_from;
  const std::size_t problems_before = map.file().problems();
  std::string from;
  if (read_field(map, "from", from, templating) && !from.empty()) {
    check_addresses(map, "from", from, true);
    email.from = std::move(from);
  }
  read_server(map, defaults, email.server);
  const bool in_doubt = defaults.in_doubt || map.file().problems() > problems_before;
  if (email.from.empty() && !in_doubt) {
    map.problem("a mail needs a \"from\", here or as smtp_from in global");
  }
  if (email.server.host.empty() && !in_doubt) {
    map.problem("a mail needs a \"smarthost\", here or as smtp_smarthost in global");
  }
  read_headers(map, email.headers, templating);
  read_message(map, templating, email);
  read_threading(map, email);
  return email;
}

}  // namespace tocsin::config
