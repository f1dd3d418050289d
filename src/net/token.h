// OAuth2's client credentials grant as messages: what is asked of a token server, what it answers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/http.h"

namespace tocsin::net {

struct Token {
  std::string authorization;         ///< the header's value, "Bearer x"
  std::optional<Duration> lifetime;  ///< nothing: until it is refused
};

/// How the client says who it is; servers differ (RFC 6749, 2.3.1).
enum class ClientAuthentication { Header, Body };

/// `http`: that of the token server, for all its requests. Throws Error when the secret's file
/// cannot be read.
Request token_request(const OAuth2& settings, std::shared_ptr<const HttpSettings> http,
                      ClientAuthentication how);
/// The settings for requests to the token server. A redirect is not followed: it would carry the
/// secret to wherever it leads.
std::shared_ptr<const HttpSettings> token_http(const OAuth2& settings);

/// Throws Error with why there is no token; what the server says of it is shown, but no secret.
Token read_token(const Response& response, const OAuth2& settings);

}  // namespace tocsin::net
