#include "net/token.h"

#include <algorithm>
#include <cmath>
#include <simdjson.h>

#include <curl/curl.h>
#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "net/transfer.h"

namespace tocsin::net {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{1} << 20;
constexpr double kLongest = 10.0 * 365 * 24 * 3600;

void add_parameter(std::string& body, std::string_view name, std::string_view value) {
  if (!body.empty()) body += '&';
  body += escape_query(name) + "=" + escape_query(value);
}

/// The endpoint's own parameters may say another grant_type, as some servers want.
std::string parameters(const OAuth2& settings) {
  const auto is_grant = [](const auto& each) { return each.first == "grant_type"; };
  const auto& own = settings.endpoint_params;
  std::string body;
  if (std::none_of(own.begin(), own.end(), is_grant)) {
    add_parameter(body, "grant_type", "client_credentials");
  }
  std::string scopes;
  for (const std::string& each : settings.scopes) scopes += (scopes.empty() ? "" : " ") + each;
  if (!scopes.empty()) add_parameter(body, "scope", scopes);
  for (const auto& [name, value] : own) add_parameter(body, name, value);
  return body;
}

/// What a token server says.
struct Said {
  std::string access_token;
  std::string token_type;
  std::string error;
  std::string description;
  double expires_in = 0;
};

std::string text_of(simdjson::dom::element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

/// Seconds; some servers write them as a text.
double number_of(simdjson::dom::element value) {
  double number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  return std::strtod(text_of(value).c_str(), nullptr);
}

Said read_json(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  Said said;
  if (parser.parse(body).get(object) != simdjson::SUCCESS) return said;
  for (const auto& [name, value] : object) {
    if (name == "access_token") said.access_token = text_of(value);
    if (name == "token_type") said.token_type = text_of(value);
    if (name == "error") said.error = text_of(value);
    if (name == "error_description") said.description = text_of(value);
    if (name == "expires_in") said.expires_in = number_of(value);
  }
  return said;
}

/// For people: one short line of visible text that does not give the client's secret back.
std::string harmless(std::string text, const OAuth2& settings) {
  constexpr std::size_t kMost = 200;
  if (!is_utf8(text)) return "";
  std::string secret;
  try {
    secret = settings.client_secret.read();
  } catch (const Error&) {
    return "";
  }
  for (const std::string& each : {secret, escape_query(secret)}) {
    for (std::size_t at = 0; !each.empty() && (at = text.find(each, at)) != std::string::npos;) {
      text.replace(at, each.size(), "<secret>");
      at += 8;
    }
  }
  for (char& c : text) {
    if (has_control({&c, 1})) c = ' ';
  }
  return truncate_runes(text, kMost);
}

std::string refusal(const Response& response, const Said& said, const OAuth2& settings) {
  std::string why = response.status / 100 == 2
                        ? "its answer holds no access_token"
                        : fmt::format("it answered with status {}", response.status);
  for (const std::string& each : {said.error, said.description}) {
    const std::string words = harmless(each, settings);
    if (!words.empty()) why += ": " + words;
  }
  return why;
}

/// As the header wants it: some servers say "bearer".
std::string scheme_of(const std::string& token_type) {
  const bool bearer = token_type.empty() || curl_strequal(token_type.c_str(), "bearer") != 0;
  return bearer ? "Bearer" : token_type;
}

}  // namespace

std::shared_ptr<const HttpSettings> token_http(const OAuth2& settings) {
  auto http = std::make_shared<HttpSettings>();
  http->tls = settings.tls;
  http->proxy = settings.proxy;
  http->follow_redirects = false;
  return http;
}

Request token_request(const OAuth2& settings, std::shared_ptr<const HttpSettings> http,
                      ClientAuthentication how) {
  const std::string secret = settings.client_secret.read();
  Request request;
  request.method = "POST";
  request.url = settings.token_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = parameters(settings);
  if (how == ClientAuthentication::Header) {
    request.headers.emplace_back(
        "Authorization", basic_credentials(escape_query(settings.client_id), escape_query(secret)));
  } else {
    add_parameter(request.body, "client_id", settings.client_id);
    if (!secret.empty()) add_parameter(request.body, "client_secret", secret);
  }
  request.max_response_bytes = kMaxAnswer;
  request.settings = std::move(http);
  return request;
}

Token read_token(const Response& response, const OAuth2& settings) {
  const Said said = read_json(response.body);
  if (response.status / 100 != 2 || said.access_token.empty()) {
    throw Error(refusal(response, said, settings));
  }
  Token token;
  token.authorization = scheme_of(said.token_type) + " " + said.access_token;
  if (has_control(token.authorization)) throw Error("its token contains control characters");
  if (said.expires_in > 0) {
    token.lifetime =
        Duration{static_cast<Duration::rep>(std::min(said.expires_in, kLongest) * 1000)};
  }
  return token;
}

}  // namespace tocsin::net
