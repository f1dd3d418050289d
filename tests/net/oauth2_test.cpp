// Tokens: how they are fetched, kept and renewed, and what is said when there is none.
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/exchange.h"
#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string echo(const std::string& request) { return http_answer(200, request); }

std::string body_of(const Result& result) {
  const auto* failure = std::get_if<Failure>(&result);
  return failure == nullptr ? std::get<Response>(result).body : "Failure: " + failure->message;
}

HttpSettings settings_for(const FakeServer& tokens) {
  HttpSettings settings;
  settings.oauth2 = OAuth2{"my client",
                           Secret{"s:cret", ""},
                           {"a", "b"},
                           tokens.url("/token"),
                           {{"audience", "x&y"}},
                           {},
                           {}};
  return settings;
}

TEST(OAuth2, TokenIsFetchedOnceAndSent) {
  std::vector<std::string> asked;
  FakeServer tokens(answering([&](const std::string& request) {
    asked.push_back(request);
    return http_answer(200, R"({"access_token":"t1","token_type":"bearer","expires_in":3600})");
  }));
  FakeServer server(answering(echo));
  Client client;
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(body_of(exchange(client, with(get(server.url()), settings_for(tokens)))),
                HasSubstr("\r\nAuthorization: Bearer t1\r\n"));
  }
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_THAT(asked[0], AllOf(StartsWith("POST /token "),
                              // "my+client:s%3Acret"
                              HasSubstr("\r\nAuthorization: Basic bXkrY2xpZW50OnMlM0FjcmV0\r\n"),
                              EndsWith("\r\n\r\ngrant_type=client_credentials&scope=a+b&"
                                       "audience=x%26y")));
}

TEST(OAuth2, RequestsAtOnceWaitForOneToken) {
  std::atomic<int> asked = 0;
  FakeServer tokens(answering([&](const std::string&) {
    ++asked;
    return http_answer(200, R"({"access_token":"t1"})");
  }));
  FakeServer server(answering(echo));
  Client client;
  int right = 0;
  for (int i = 0; i < 50; ++i) {
    client.start(with(get(server.url()), settings_for(tokens)), [&](const Result& result) {
      right += body_of(result).find("Bearer t1") != std::string::npos ? 1 : 0;
    });
  }
  while (client.in_flight() > 0) client.poll(Duration{1000});
  EXPECT_EQ(right, 50);
  EXPECT_EQ(asked, 1);
}

TEST(OAuth2, TokenIsRenewedWhenItIsRefusedButOnlyOnce) {
  std::atomic<int> asked = 0;
  FakeServer tokens(answering([&](const std::string&) {
    return http_answer(200, R"({"access_token":"t)" + std::to_string(++asked) + R"("})");
  }));
  std::string good = "Bearer t1\r\n";
  FakeServer server(answering([&](const std::string& request) {
    return http_answer(request.find(good) == std::string::npos ? 401 : 200, request);
  }));
  Client client;
  const Request request = with(get(server.url()), settings_for(tokens));
  EXPECT_THAT(body_of(exchange(client, request)), HasSubstr("Bearer t1\r\n"));
  good = "Bearer t2\r\n";
  EXPECT_THAT(body_of(exchange(client, request)), HasSubstr("Bearer t2\r\n"));
  good = "none";
  EXPECT_EQ(std::get<Response>(exchange(client, request)).status, 401);
  EXPECT_EQ(asked, 3);
}

TEST(OAuth2, ExpiredTokenIsReplaced) {
  std::atomic<int> asked = 0;
  FakeServer tokens(answering([&](const std::string&) {
    return http_answer(
        200, R"({"access_token":"t)" + std::to_string(++asked) + R"(","expires_in":"0.001"})");
  }));
  FakeServer server(answering(echo));
  Client client;
  const Request request = with(get(server.url()), settings_for(tokens));
  EXPECT_THAT(body_of(exchange(client, request)), HasSubstr("Bearer t1\r\n"));
  const auto until = std::chrono::steady_clock::now() + Duration{2};
  while (std::chrono::steady_clock::now() < until) client.poll(Duration{1});
  EXPECT_THAT(body_of(exchange(client, request)), HasSubstr("Bearer t2\r\n"));
}

TEST(OAuth2, ServersThatWantTheSecretInTheBodyGetItThere) {
  std::vector<std::string> bodies;
  FakeServer tokens(answering([&](const std::string& request) {
    bodies.push_back(request.substr(request.find("\r\n\r\n") + 4));
    const bool in_body = request.find("client_secret=") != std::string::npos;
    return in_body ? http_answer(200, R"({"access_token":"t1","expires_in":0.001})")
                   : http_answer(401, R"({"error":"invalid_client"})");
  }));
  FakeServer server(answering(echo));
  Client client;
  HttpSettings settings = settings_for(tokens);
  settings.oauth2->scopes.clear();
  settings.oauth2->endpoint_params.clear();
  EXPECT_THAT(body_of(exchange(client, with(get(server.url()), settings))), HasSubstr("Bearer t1"));
  EXPECT_THAT(bodies, ElementsAre("grant_type=client_credentials",
                                  "grant_type=client_credentials&client_id=my+client&"
                                  "client_secret=s%3Acret"));
}

TEST(OAuth2, FailuresSayWhatTheServerSaysButNoSecret) {
  struct Case {
    std::string answer;
    std::string why;
  };
  const std::vector<Case> cases = {
      {http_answer(400,
                   R"({"error":"invalid_client","error_description":"s:cret or s%3Acret\n?"})"),
       "it answered with status 400: invalid_client: <secret> or <secret> ?"},
      {http_answer(500, "<html>s:cret</html>"), "it answered with status 500"},
      {http_answer(200, "{}"), "its answer holds no access_token"},
      {http_answer(200, R"({"access_token":7})"), "its answer holds no access_token"},
      {http_answer(302, "", "Location: http://127.0.0.1:1/\r\n"), "it answered with status 302"},
      {http_answer(200, R"({"access_token":"a\r\nX: s:cret"})"),
       "its token contains control characters"},
  };
  FakeServer server(answering(echo));
  for (const auto& [answer, why] : cases) {
    FakeServer tokens(answering([&, each = answer](const std::string&) { return each; }));
    const Result result = exchange(with(get(server.url("/secret")), settings_for(tokens)));
    ASSERT_TRUE(std::holds_alternative<Failure>(result)) << why;
    const Failure& failure = std::get<Failure>(result);
    EXPECT_EQ(failure.kind, Failure::Kind::Authentication) << "it may be right later";
    EXPECT_EQ(failure.message,
              server.url("") + ": there is no OAuth2 token: " + tokens.url("") + ": " + why);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(OAuth2, TokenServerThatIsSilentHoldsNobodyUpBeyondTheirTime) {
  FakeServer tokens([](Connection& connection) { connection.wait_until_closed(); });
  FakeServer server(answering(echo));
  Client client;
  Request request = with(get(server.url()), settings_for(tokens));
  request.timeout = Duration{50};
  EXPECT_THAT(body_of(exchange(client, request)),
              HasSubstr("an OAuth2 token did not come in time"));
  request.settings = nullptr;
  EXPECT_THAT(body_of(exchange(client, request)), StartsWith("GET / "));
  client.cancel_all();
  EXPECT_EQ(client.in_flight(), 0U);
}

TEST(OAuth2, TokenStaysWithTheHostItIsFor) {
  FakeServer tokens(
      answering([](const std::string&) { return http_answer(200, R"({"access_token":"t1"})"); }));
  FakeServer other(answering(echo));
  FakeServer server(answering([&](const std::string&) {
    return http_answer(307, "", "Location: " + other.url("/last") + "\r\n");
  }));
  EXPECT_THAT(body_of(exchange(with(get(server.url()), settings_for(tokens)))),
              AllOf(StartsWith("GET /last"), Not(HasSubstr("Authorization"))));
}

TEST(OAuth2, SecretFileThatIsMissingIsSaid) {
  FakeServer server(answering(echo));
  HttpSettings settings;
  settings.oauth2 = OAuth2{"c", Secret{"", "/no/such/file"}, {}, server.url(), {}, {}, {}};
  EXPECT_THAT(body_of(exchange(with(get(server.url()), settings))),
              HasSubstr("there is no OAuth2 token: the secret file /no/such/file cannot be read"));
}

}  // namespace
}  // namespace tocsin::net
