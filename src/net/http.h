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

/// tls_config of Prometheus and Alertmanager. Of each pair the text (PEM) or the file is set.
struct TlsSettings {
  std::string ca;
  std::string ca_file;
  std::string cert;
  std::string cert_file;
  std::string key;  ///< a secret
  std::string key_file;
  std::string server_name;
  bool insecure_skip_verify = false;
  std::string min_version;  ///< TLS10 … TLS13; empty: TLS12
  std::string max_version;  ///< the same; empty: the newest
  bool operator==(const TlsSettings&) const = default;
};

/// A header with one line for each of its values.
struct Header {
  std::string name;
  std::vector<std::string> values;
  std::vector<Secret> secrets;
  bool operator==(const Header&) const = default;
};

/// Which proxy a request goes through: none, whatever the environment says, unless a URL is set.
struct ProxySettings {
  std::string url;        ///< for http:// URLs; empty: none
  std::string https_url;  ///< for https:// URLs
  std::string no_proxy;   ///< hosts that are asked directly, see uses_proxy()
  /// The three above are the environment's. Then this machine itself is always asked directly.
  bool from_environment = false;
  std::vector<Header> connect_headers;  ///< for the proxy, where it is asked for a tunnel
  bool operator==(const ProxySettings&) const = default;
};

/// The client credentials grant of RFC 6749, 4.4: tokens are fetched when they are needed.
struct OAuth2 {
  std::string client_id;
  Secret client_secret;
  std::vector<std::string> scopes;
  std::string token_url;
  std::vector<std::pair<std::string, std::string>> endpoint_params;
  TlsSettings tls;
  ProxySettings proxy;
  bool operator==(const OAuth2&) const = default;
};

/// http_config of Prometheus and Alertmanager. Secret files are read anew at every request and
/// certificates at every new connection, so that rotated ones need no reload (a rotated ca_file is
/// seen within a minute).
struct HttpSettings {
  struct Basic {
    Secret username;
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
  std::optional<OAuth2> oauth2;
  TlsSettings tls;
  ProxySettings proxy;
  /// Credentials, these headers and cookies are not sent to where a redirect leads but the first
  /// scheme, host and port.
  bool follow_redirects = true;
  bool enable_http2 = true;  ///< where an https server offers it
  std::vector<Header> headers;
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
  bool short_answer = false;  ///< an answer of a few lines is expected: it needs no large buffer
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

/// Whether a request to this destination (see above) goes through the proxy. `no_proxy` is a list
/// with commas of "*", names ("a.org" covers "b.a.org", ".a.org" only that), addresses and blocks
/// ("10.0.0.0/8"), each with a port or without. Source: golang.org/x/net/http/httpproxy.
bool uses_proxy(std::string_view destination, const ProxySettings& proxy);

/// What is wrong with certificates, key or the range of versions, in words for people; "" when
/// nothing is. Files that cannot be read are wrong; those that are not set are not looked at.
std::string problem_of(const TlsSettings& settings);

/// RFC 9110's token: methods and the names of headers.
bool is_token(std::string_view text);

}  // namespace tocsin::net
