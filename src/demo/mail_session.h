// The server's side of an SMTP conversation (RFC 5321), as much of it as a receiver needs.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tocsin::demo {

class MailSession {
 public:
  /// `deliver` gets each mail, its dots undone, lines ending in CRLF.
  explicit MailSession(std::function<void(std::string mail)> deliver)
      : deliver_(std::move(deliver)) {}

  /// What is said to whoever connects.
  static std::string greeting();
  /// Takes what the client sent and returns what to answer, which may be nothing yet.
  std::string take(std::string_view bytes);
  /// The client said goodbye, or too much: the connection is to be closed.
  bool ended() const { return ended_; }

 private:
  std::string on_line(std::string_view line);
  std::string on_mail_line(std::string_view line);

  std::function<void(std::string)> deliver_;
  std::string rest_;  // of an incomplete line
  std::string mail_;
  bool has_recipient_ = false;
  bool in_mail_ = false;
  bool ended_ = false;
};

}  // namespace tocsin::demo
