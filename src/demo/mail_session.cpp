#include "demo/mail_session.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tocsin::demo {
namespace {

constexpr std::size_t kMaxLine = std::size_t{64} << 10;
constexpr std::size_t kMaxMail = std::size_t{4} << 20;

/// The command's name in capitals.
std::string verb_of(std::string_view line) {
  std::string verb(line.substr(0, line.find(' ')));
  std::transform(verb.begin(), verb.end(), verb.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return verb;
}

}  // namespace

std::string MailSession::greeting() { return "220 localhost the demo's mail server\r\n"; }

std::string MailSession::take(std::string_view bytes) {
  rest_ += bytes;
  std::string answers;
  std::size_t start = 0;
  for (std::size_t end = rest_.find("\r\n"); end != std::string::npos && !ended_;
       end = rest_.find("\r\n", start)) {
    answers += on_line(std::string_view(rest_).substr(start, end - start));
    start = end + 2;
  }
  rest_.erase(0, start);
  if (rest_.size() > kMaxLine || mail_.size() > kMaxMail) {
    ended_ = true;
    return answers + "552 too much\r\n";
  }
  return answers;
}

std::string MailSession::on_line(std::string_view line) {
  if (in_mail_) return on_mail_line(line);
  const std::string verb = verb_of(line);
  if (verb == "EHLO" || verb == "HELO") return "250 localhost\r\n";
  if (verb == "MAIL" || verb == "RSET" || verb == "NOOP") {
    if (verb != "NOOP") has_recipient_ = false;
    return "250 fine\r\n";
  }
  if (verb == "RCPT") {
    has_recipient_ = true;
    return "250 fine\r\n";
  }
  if (verb == "DATA") {
    if (!has_recipient_) return "503 for whom?\r\n";
    in_mail_ = true;
    return "354 go on, end with a dot\r\n";
  }
  if (verb == "QUIT") {
    ended_ = true;
    return "221 goodbye\r\n";
  }
  return "502 that is not known here\r\n";
}

std::string MailSession::on_mail_line(std::string_view line) {
  if (line != ".") {
    mail_ += line.starts_with('.') ? line.substr(1) : line;
    mail_ += "\r\n";
    return "";
  }
  in_mail_ = has_recipient_ = false;
  deliver_(std::exchange(mail_, {}));
  return "250 it is in the box\r\n";
}

}  // namespace tocsin::demo
