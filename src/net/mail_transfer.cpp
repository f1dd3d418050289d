// A Mail as curl options, and the server's replies.
#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "net/transfer.h"

namespace tocsin::net {
namespace {

/// Of all lines of one reply together.
constexpr std::size_t kMaxReply = 4096;

/// How long the server may take to say goodbye (curl's own two minutes are for all replies).
constexpr long kGoodbyeSeconds = 1;

std::size_t on_upload(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& handle = *static_cast<Handle*>(user);
  Received& received = handle.received;
  const std::string& message = std::get<Mail>(handle.transfer.what).message;
  const std::size_t length = std::min(size * count, message.size() - received.uploaded);
  std::copy_n(message.data() + received.uploaded, length, buffer);
  received.uploaded += length;
  return length;
}

int reply_code(std::string_view line) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, digit)) return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/// curl hands over the lines of an SMTP server as headers. The last reply is kept: its code, and
/// the text of its lines joined by blanks ("250-first", then "250 last").
std::size_t on_reply(char* data, std::size_t, std::size_t size, void* user) {
  auto& handle = *static_cast<Handle*>(user);
  Received& received = handle.received;
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  const int code = reply_code(line);
  if (code == 0 || received.quitting) return size;
  std::string& text = received.response.body;
  if (!received.reply_open) text.clear();
  received.response.status = code;
  received.reply_open = line.size() > 3 && line[3] == '-';
  line.remove_prefix(std::min<std::size_t>(4, line.size()));
  if (!text.empty() && !line.empty()) text += ' ';
  text += line.substr(0, kMaxReply - std::min(text.size(), kMaxReply));
  return size;
}

/// curl tells what it sends only here; login commands pass by, but are not kept.
int on_debug(CURL* easy, curl_infotype type, char* data, std::size_t size, void* user) {
  if (type != CURLINFO_HEADER_OUT) return 0;
  Received& received = static_cast<Handle*>(user)->received;
  const std::string_view line(data, size);
  if (line.starts_with("QUIT")) {
    received.quitting = true;
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, kGoodbyeSeconds);
    return 0;
  }
  const bool to = line.starts_with("RCPT TO:");
  received.recipient = to ? line.substr(8, line.find_first_of(" \r\n", 8) - 8) : "";
  return 0;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Handle*>(user)->abort ? 1 : 0;
}

/// Nothing that could end a command or an address early.
void check(std::string_view what, std::string_view text) {
  const bool bad =
      text.empty() || has_control(text) || text.find_first_of(" <>") != std::string_view::npos;
  if (bad) throw Error(fmt::format("the {} \"{}\" cannot be used in SMTP", what, text));
}

void set_login(CURL* easy, const MailServer& server) {
  if (server.username.empty()) return;
  curl_easy_setopt(easy, CURLOPT_USERNAME, server.username.c_str());
  const bool challenge = server.password.empty() && !server.secret.empty();
  const Secret& secret = challenge ? server.secret : server.password;
  curl_easy_setopt(easy, CURLOPT_PASSWORD, secret.read().c_str());
  curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS,
                   challenge ? "AUTH=CRAM-MD5" : "AUTH=PLAIN;AUTH=LOGIN");
  if (!server.identity.empty()) {
    curl_easy_setopt(easy, CURLOPT_SASL_AUTHZID, server.identity.c_str());
  }
}

void set_envelope(Handle& handle, const Mail& mail) {
  check("sender's address", mail.from);
  if (mail.recipients.empty()) throw Error("the mail has no recipient");
  for (const std::string& recipient : mail.recipients) {
    check("recipient's address", recipient);
    append(handle.recipients, "<" + recipient + ">");
  }
  curl_easy_setopt(handle.easy.get(), CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
  curl_easy_setopt(handle.easy.get(), CURLOPT_MAIL_RCPT, handle.recipients.get());
}

void set_server(Handle& handle, const MailServer& server) {
  CURL* easy = handle.easy.get();
  check("name to say hello with", server.hello);
  check("server's host", server.host);
  const std::string& destination = handle.transfer.destination;
  const std::string url =
      server.tls_settings.server_name.empty()
          ? destination
          : set_server_name(handle, destination, server.tls_settings.server_name);
  curl_easy_setopt(easy, CURLOPT_URL, (url + "/" + escape_query(server.hello)).c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(
      easy, CURLOPT_USE_SSL,
      static_cast<long>(server.tls == MailTls::None ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  set_tls(easy, server.tls_settings);
  set_login(easy, server);
}

void set_callbacks(Handle& handle) {
  CURL* easy = handle.easy.get();
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
  curl_easy_setopt(easy, CURLOPT_READDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
  curl_easy_setopt(easy, CURLOPT_DEBUGDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &handle);
}

}  // namespace

std::string destination_of(const MailServer& server) {
  const char* scheme = server.tls == MailTls::Implicit ? "smtps" : "smtp";
  const bool v6 = server.host.find(':') != std::string::npos && !server.host.starts_with('[');
  const std::string host = v6 ? "[" + server.host + "]" : server.host;
  return fmt::format("{}://{}:{}", scheme, host, server.port);
}

void set_up_mail(Handle& handle, const Mail& mail) {
  set_callbacks(handle);
  set_server(handle, mail.server);
  set_envelope(handle, mail);
  CURL* easy = handle.easy.get();
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.message.size()));
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

}  // namespace tocsin::net
