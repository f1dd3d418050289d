#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

constexpr std::string_view kStandardSubject = R"({{ template "email.default.subject" . }})";

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
  try {
    notifiers::parse_addresses(text);
  } catch (const Error& error) {
    file.problem(value, fmt::format("header {}: {}", name, error.what()));
  }
}

void read_headers(Map& map, std::map<std::string, std::string>& headers) {
  const Node* node = map.find("headers");
  Labels given;
  if (node == nullptr || !map.read("headers", given)) return;
  for (const Node::Entry& entry : node->entries) {
    const std::string name = canonical(std::string(entry.key));
    const std::string text(given.get(entry.key));
    if (const std::string_view why = refusal_of(name); !why.empty()) {
      map.file().problem(entry.mark, fmt::format("header {} {}", shown(entry.key), why));
    } else if (name == "Subject" && text == kStandardSubject) {
      continue;
    } else if (holds_template(text)) {
      map.file().problem(*entry.value,
                         fmt::format("header {} has a template, which is not supported "
                                     "yet; write plain text or remove it",
                                     name));
    } else if (!headers.emplace(name, text).second) {
      map.file().problem(entry.mark, fmt::format("header {} stands here twice; remove one", name));
    } else {
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

void refuse_unsupported(Map& map) {
  constexpr std::string_view kLayout =
      "is not supported yet: mails have Tocsin's own layout; remove it";
  map.refuse("html", kLayout, {R"({{ template "email.default.html" . }})"});
  map.refuse("text", kLayout);
  map.refuse("auth_secret", "is for CRAM-MD5, which is not supported; use auth_password");
  map.refuse("auth_secret_file", "is for CRAM-MD5, which is not supported; use auth_password_file");
  const Node* threading = map.find("threading");
  if (threading == nullptr) return;
  Map inner(*threading, "threading", map.file());
  if (!inner.usable()) return;
  inner.refuse("enabled", "is not supported: the mails of a group share a thread anyway; remove it",
               {"false"});
  inner.refuse("thread_by_date", kNotYet, {"none"});
}

}  // namespace

void check_addresses(Map& map, std::string_view key, const std::string& list, bool only_one) {
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
  if (!map.has("to")) map.problem("a mail needs a \"to\", the addresses that it goes to");
  if (read_plain(map, "to", email.to)) check_addresses(map, "to", email.to, false);
  email.from = defaults.smtp_from;
  const std::size_t problems_before = map.file().problems();
  std::string from;
  if (read_plain(map, "from", from) && !from.empty()) {
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
  read_headers(map, email.headers);
  refuse_unsupported(map);
  return email;
}

}  // namespace tocsin::config
