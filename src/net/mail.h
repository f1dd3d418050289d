// SMTP out: a finished message handed to a server.
#pragma once

#include <string>
#include <vector>

#include "model/time.h"
#include "net/http.h"
#include "net/secret.h"

namespace tocsin::net {

/// How the connection gets its TLS: Required refuses to go on when the server offers no STARTTLS;
/// Implicit is TLS from the first byte (port 465).
enum class MailTls { None, StartTlsRequired, Implicit };

struct MailServer {
  std::string host;
  int port = 25;
  std::string hello = "localhost";
  MailTls tls = MailTls::StartTlsRequired;
  TlsSettings tls_settings;
  std::string username;  ///< empty: no authentication
  std::string identity;  ///< to act as, where that is not the username; usually empty
  Secret password;       ///< AUTH PLAIN or LOGIN, whichever the server offers
  Secret secret;         ///< AUTH CRAM-MD5; where there is a password too, that one is used
  bool operator==(const MailServer&) const = default;
};

struct Mail {
  MailServer server;
  std::string from;                     ///< envelope sender, a bare address
  std::vector<std::string> recipients;  ///< bare addresses
  std::string message;                  ///< RFC 5322 with CRLF line ends
  Duration timeout = std::chrono::seconds{30};
};

// What comes back is a net::Result. Success means that the server took the message for all
// recipients: a Response whose status is the reply code (250) and whose body is the reply's text
// without the code. A server's refusal is a Failure of kind MailRefused or Authentication with the
// reply code in `code` (4xx: for now, 5xx: for good) and code and text in the message.

}  // namespace tocsin::net
