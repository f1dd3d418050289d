// HTTP out: one client for queries, scrapes, webhooks; one for mail beside it (mail.h). Both are
// driven by one loop (Client::poll) and never block it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/time.h"
#include "net/secret.h"

namespace tocsin::net {

/// tls_config of Prometheus and Alertmanager.
struct TlsSettings {
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  std::string server_name;
  bool insecure_skip_verify = false;
  std::string min_version;  ///< TLS10 … TLS13; empty: TLS12
  std::string max_version;  ///< the same; empty: the newest
  bool operator==(const TlsSettings&) const = default;
};

/// http_config of Prometheus and Alertmanager. Secret files are read anew at every request and
/// certificates at every new connection, so that rotated ones need no reload (a rotated ca_file is
/// seen within a minute).
struct HttpSettings {
  struct Basic {
    std::string username;
    Secret password;
    bool operator==(const Basic&) const = default;
  };
  struct Authorization {
    std::string type = "Bearer";
    Secret credentials;
    bool operator==(const Authorization&) const = default;
  };
  std::optional<Basic> basic_auth;
  std::optional<Authorization> authorization;
  TlsSettings tls;
  std::string proxy_url;  ///< empty: none, whatever the environment says
  bool follow_redirects = true;
  bool operator==(const HttpSettings&) const = default;
};

struct Request {
  std::string method = "GET";
  std::string url;  ///< http or https
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration timeout = std::chrono::seconds{10};  ///< of all of it, waiting for a connection included
  std::size_t max_response_bytes = std::size_t{1} << 20;  ///< of the body, after decompression
  bool keep_headers = true;                               ///< whether Response.headers is filled
  /// null: defaults. Share one between all requests to a place: what it says is then set once.
  std::shared_ptr<const HttpSettings> settings;
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// The first header of that (lower-case) name, or "".
  std::string_view header(std::string_view name) const;
};

/// The exchange did not come about. `message` is for people and never holds a secret or the URL's
/// user info, path or query (webhook URLs are secrets themselves): only scheme, host and port.
struct Failure {
  enum class Kind {
    BadRequest,
    Resolve,
    Connect,
    Tls,
    Timeout,
    TooLarge,
    CutOff,
    Authentication,
    MailRefused,
    Other
  };
  Kind kind = Kind::Other;
  std::string message;
  int code = 0;  ///< HTTP status or SMTP reply code, where one had come before it went wrong
};

using Result = std::variant<Response, Failure>;

/// scheme://host:port of a URL in lower case, for messages, metrics and per-destination limits; the
/// port is always there (80 and 443 are filled in). "(not a URL)" for what has no such parts.
std::string destination_of(std::string_view url);

}  // namespace tocsin::net
