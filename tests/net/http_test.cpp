// Requests that come about: what goes over the wire and what comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/exchange.h"
#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The answer of a server that echoes the request as its body.
std::string echo(const std::string& request) { return http_answer(200, request); }

Response response_of(const Result& result) {
  if (const auto* failure = std::get_if<Failure>(&result)) {
    ADD_FAILURE() << failure->message;
    return {};
  }
  return std::get<Response>(result);
}

TEST(Http, GetSendsWhatWasAskedFor) {
  FakeServer server(answering(echo));
  Request request = get(server.url("/a/b?c=%20d"));
  request.headers = {{"X-Scope-OrgID", "tenant"}, {"X-Empty", ""}};
  const Response response = response_of(exchange(request));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(
      response.body,
      AllOf(StartsWith("GET /a/b?c=%20d HTTP/1.1\r\n"), HasSubstr("\r\nUser-Agent: Tocsin\r\n"),
            HasSubstr("\r\nX-Scope-OrgID: tenant\r\n"), HasSubstr("\r\nX-Empty:\r\n"),
            HasSubstr("\r\nAccept-Encoding: gzip\r\n")));
  EXPECT_THAT(response.body, Not(HasSubstr("Authorization")));
}

TEST(Http, EveryMethodArrivesAsItself) {
  FakeServer server(answering(echo));
  Client client;
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE", "GET", "POST"}) {
    Request request = get(server.url());
    request.method = method;
    if (method != "GET") request.body = std::string("zero\0byte", 9);
    const Response response = response_of(exchange(client, request));
    EXPECT_THAT(response.body, StartsWith(method + " / HTTP/1.1\r\n"));
    EXPECT_THAT(response.body, EndsWith("\r\n\r\n" + request.body));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Http, EmptyPostHasLengthZero) {
  FakeServer server(answering(echo));
  Request request = get(server.url());
  request.method = "POST";
  EXPECT_THAT(response_of(exchange(request)).body, HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST(Http, HeadHasNoBodyToWaitFor) {
  FakeServer server(answering(
      [](const std::string&) { return "HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n"; }));
  Request request = get(server.url());
  request.method = "HEAD";
  const Response response = response_of(exchange(request));
  EXPECT_EQ(response.header("content-length"), "1000");
  EXPECT_EQ(response.body, "");
}

TEST(Http, LargePostsDoNotWaitForContinue) {
  FakeServer server(answering([](const std::string& request) {
    return http_answer(request.find("Expect") == std::string::npos ? 200 : 417,
                       std::to_string(request.size()));
  }));
  Request request = get(server.url());
  request.method = "POST";
  request.body.assign(3'000'000, 'x');
  EXPECT_EQ(response_of(exchange(request)).status, 200);
}

TEST(Http, HeadersComeBackInLowerCaseAndTrimmed) {
  FakeServer server(answering([](const std::string&) {
    return http_answer(429, "slow down", "Retry-After:  7 \r\nX-Twice: a\r\nX-Twice: b\r\n");
  }));
  const Response response = response_of(exchange(get(server.url())));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.header("retry-after"), "7");
  EXPECT_EQ(response.header("x-twice"), "a");
  EXPECT_EQ(response.header("absent"), "");
  EXPECT_EQ(response.body, "slow down");
}

TEST(Http, HeadersAreLeftOutWhenNobodyWantsThem) {
  FakeServer server(answering(echo));
  Request request = get(server.url());
  request.keep_headers = false;
  EXPECT_TRUE(response_of(exchange(request)).headers.empty());
}

TEST(Http, BodiesMayBeAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
  FakeServer server(answering([&](const std::string&) { return http_answer(200, bytes); }));
  EXPECT_EQ(response_of(exchange(get(server.url()))).body, bytes);
}

TEST(Http, ChunksAreJoined) {
  FakeServer server(answering([](const std::string&) {
    return "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n "
           "world\r\n0\r\n\r\n";
  }));
  EXPECT_EQ(response_of(exchange(get(server.url()))).body, "hello world");
}

TEST(Http, ConnectionsAreKept) {
  FakeServer server(answering(echo));
  Client client;
  for (int i = 0; i < 20; ++i) response_of(exchange(client, get(server.url())));
  EXPECT_EQ(server.connections(), 1);
}

TEST(Http, ConnectionThatTheServerClosedMeanwhileIsReplaced) {
  FakeServer server([](Connection& connection) {
    connection.read_request();
    connection.send(http_answer(200, "once"));
  });
  Client client;
  EXPECT_EQ(response_of(exchange(client, get(server.url()))).body, "once");
  EXPECT_EQ(response_of(exchange(client, get(server.url()))).body, "once");
  EXPECT_EQ(server.connections(), 2);
}

TEST(Http, BasicAuthenticationIsSent) {
  FakeServer server(answering(echo));
  // The examples of RFC 7617, and lengths that end in one and in no "=".
  const std::tuple<const char*, const char*, const char*> kCases[] = {
      {"Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
      {"test", "123\xC2\xA3", "dGVzdDoxMjPCow=="},
      {"a", "b", "YTpi"},
      {"a", "bc", "YTpiYw=="},
      {"ab", "cd", "YWI6Y2Q="},
  };
  for (const auto& [username, password, expected] : kCases) {
    HttpSettings settings;
    settings.basic_auth = {Secret{username, ""}, Secret{password, ""}};
    EXPECT_THAT(response_of(exchange(with(get(server.url()), settings))).body,
                HasSubstr(std::string("\r\nAuthorization: Basic ") + expected + "\r\n"));
  }
}

TEST(Http, BearerTokenIsSentAndReadAnew) {
  FakeServer server(answering(echo));
  Client client;
  for (const std::string token : {"first", "second", "second"}) {
    HttpSettings settings;
    settings.authorization = {"Bearer", Secret{token, ""}};
    EXPECT_THAT(response_of(exchange(client, with(get(server.url()), settings))).body,
                HasSubstr("\r\nAuthorization: Bearer " + token + "\r\n"));
  }
  EXPECT_THAT(response_of(exchange(client, get(server.url()))).body, Not(HasSubstr("Bearer")));
}

TEST(Http, ProxyIsAskedForTheWholeUrl) {
  FakeServer proxy(answering(echo));
  HttpSettings settings;
  settings.proxy.url = proxy.url("");
  const auto response =
      response_of(exchange(with(get("http://prometheus.invalid:9090/x"), settings)));
  EXPECT_THAT(response.body, StartsWith("GET http://prometheus.invalid:9090/x HTTP/1.1\r\n"));
}

TEST(Http, ProxyOfTheEnvironmentIsNotUsed) {
  FakeServer server(answering(echo));
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  EXPECT_EQ(response_of(exchange(get(server.url()))).status, 200);
  ::unsetenv("http_proxy");
}

TEST(Http, GzipIsUnpacked) {
  // printf 'hello hello hello hello' | gzip -n
  constexpr std::string_view kPacked(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01\xe3\x51\x3d"
      "\x8d\x17\x00\x00\x00",
      28);
  FakeServer server(answering(
      [&](const std::string&) { return http_answer(200, kPacked, "Content-Encoding: gzip\r\n"); }));
  EXPECT_EQ(response_of(exchange(get(server.url()))).body, "hello hello hello hello");
}

}  // namespace
}  // namespace tocsin::net
