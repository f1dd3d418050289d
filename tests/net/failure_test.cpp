// Everything that can keep an exchange from coming about, by kind, and what is said about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/exchange.h"
#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using Kind = Failure::Kind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Failure failure_of(const Result& result) {
  if (const auto* response = std::get_if<Response>(&result)) {
    ADD_FAILURE() << "answered with " << response->status << " " << response->body;
    return {};
  }
  return std::get<Failure>(result);
}

Failure ask(Request request) { return failure_of(exchange(std::move(request))); }

/// A server that says these bytes to the first request and hangs up.
FakeServer::Script saying(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& connection) {
    connection.read_request();
    connection.send(bytes);
  };
}

FakeServer::Script silent() {
  return [](Connection& connection) { connection.wait_until_closed(); };
}

std::string secret_url(int port) {
  return "http://name:pass@127.0.0.1:" + std::to_string(port) + "/secret?token=secret#secret";
}

TEST(FailureKind, RefusedConnection) {
  const int port = closed_port();
  const Failure failure = ask(get(secret_url(port)));
  EXPECT_EQ(failure.kind, Kind::Connect);
  EXPECT_EQ(failure.message,
            "cannot connect to http://127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST(FailureKind, UnresolvableName) {
  const Failure failure = ask(get("http://name:pass@no-such-host.invalid/secret"));
  EXPECT_EQ(failure.kind, Kind::Resolve);
  EXPECT_EQ(failure.message, "the name in http://no-such-host.invalid:80 cannot be resolved");
}

TEST(FailureKind, UnresolvableProxy) {
  HttpSettings settings;
  settings.proxy.url = "http://no-such-proxy.invalid:3128";
  const Failure failure = ask(with(get("http://127.0.0.1:1/"), settings));
  EXPECT_EQ(failure.kind, Kind::Resolve);
  EXPECT_THAT(failure.message, HasSubstr("of the proxy for http://127.0.0.1:1"));
}

TEST(FailureKind, RefusedByProxy) {
  FakeServer proxy(saying("HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n"));
  HttpSettings settings;
  settings.proxy.https_url = proxy.url("");
  const Failure failure = ask(with(get("https://prometheus.invalid/secret"), settings));
  EXPECT_EQ(failure.kind, Kind::CutOff);
  EXPECT_EQ(failure.message,
            "the proxy for https://prometheus.invalid:443 answered with status 407");
}

TEST(FailureKind, PlainTextWhereTlsIsExpected) {
  FakeServer server([](Connection& connection) {
    connection.send(http_answer(400, "this is no place for TLS"));
    connection.wait_until_closed();
  });
  const Failure failure =
      ask(get("https://127.0.0.1:" + std::to_string(server.port()) + "/secret"));
  EXPECT_EQ(failure.kind, Kind::Tls);
  EXPECT_THAT(failure.message, StartsWith("TLS with https://127.0.0.1:"));
  EXPECT_THAT(failure.message, Not(HasSubstr("secret")));
}

TEST(FailureKind, ServerThatNeverAnswers) {
  FakeServer server(silent());
  Request request = get(secret_url(server.port()));
  request.timeout = Duration{100};
  const Failure failure = ask(request);
  EXPECT_EQ(failure.kind, Kind::Timeout);
  EXPECT_EQ(failure.message, "http://127.0.0.1:" + std::to_string(server.port()) +
                                 " gave no complete answer within 100ms");
}

TEST(FailureKind, ServerThatDripsItsAnswer) {
  FakeServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n");
    while (connection.send("drip")) std::this_thread::sleep_for(Duration{5});
  });
  Request request = get(server.url());
  request.timeout = Duration{150};
  const Failure failure = ask(request);
  EXPECT_EQ(failure.kind, Kind::Timeout);
  EXPECT_EQ(failure.code, 200);
}

TEST(FailureKind, AnnouncedBodyIsTooLarge) {
  FakeServer server(
      answering([](const std::string&) { return http_answer(200, std::string(1001, 'x')); }));
  Request request = get(server.url());
  request.max_response_bytes = 1000;
  EXPECT_EQ(ask(request).kind, Kind::TooLarge);
  request.max_response_bytes = 1001;
  EXPECT_TRUE(std::holds_alternative<Response>(exchange(request)));
}

TEST(FailureKind, EndlessBodyIsTooLarge) {
  FakeServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 X\r\n\r\n");
    while (connection.send(std::string(10'000, 'x'))) {
    }
  });
  Request request = get(server.url());
  request.max_response_bytes = 100'000;
  const Failure failure = ask(request);
  EXPECT_EQ(failure.kind, Kind::TooLarge);
  EXPECT_EQ(failure.code, 200);
}

TEST(FailureKind, EndlessHeadersAreTooLarge) {
  FakeServer server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 X\r\n");
    while (connection.send("X-More: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(ask(get(server.url())).kind, Kind::TooLarge);
}

TEST(FailureKind, GzipBombIsTooLarge) {
  // One deflate block whose codes make 516 zero bytes of each four zero bits: 60 kB are 60 MB.
  std::string bomb("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  bomb += std::string("\xed\xc1\x01\x01\x00\x00\x00\x82\x20\xff\xaf\x6e\x48\x40\x01", 15);
  bomb += std::string(60'000, '\0');
  FakeServer server(answering(
      [&](const std::string&) { return http_answer(200, bomb, "Content-Encoding: gzip\r\n"); }));
  Request request = get(server.url());
  request.max_response_bytes = 1'000'000;
  EXPECT_EQ(ask(request).kind, Kind::TooLarge);
}

TEST(FailureKind, CutOffAtEveryPlace) {
  for (const std::string bytes :
       {"", "HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    FakeServer server(saying(bytes));
    const Failure failure = ask(get(server.url("/secret")));
    EXPECT_EQ(failure.kind, Kind::CutOff) << bytes;
    EXPECT_EQ(failure.message,
              server.url("") + " closed the connection before its answer was complete");
  }
}

TEST(FailureKind, AnotherProtocol) {
  for (const std::string bytes :
       {"SSH-2.0-OpenSSH_9.2p1\r\n", "220 mail ESMTP\r\n", "\x15\x03\x01\x00\x02",
        "HTTP/9.9 200 X\r\n\r\n", "-ERR unknown command\r\n"}) {
    FakeServer server(saying(bytes));
    const Failure failure = ask(get(server.url("/secret")));
    EXPECT_EQ(failure.kind, Kind::Other) << bytes;
    EXPECT_EQ(failure.message, server.url("") + " answered in another protocol");
  }
}

TEST(FailureKind, DamagedCompression) {
  FakeServer server(answering([](const std::string&) {
    return http_answer(200, "not gzip", "Content-Encoding: gzip\r\n");
  }));
  const Failure failure = ask(get(server.url("/secret")));
  EXPECT_EQ(failure.kind, Kind::Other);
  EXPECT_EQ(failure.message, server.url("") + " sent compressed data that is damaged");
}

TEST(BadRequest, UrlsThatCannotBeCalled) {
  for (const std::string url : {"", "secret", "file:///etc/passwd", "ftp://127.0.0.1:1/secret",
                                "gopher://127.0.0.1:1/secret", "http://", "http://127.0.0.1:1/a b",
                                "http://127.0.0.1:1/\r\nX-Secret: 1", "http://127.0.0.1:1/\nsecret",
                                "http://127.0.0.1:99999/secret"}) {
    const Failure failure = ask(get(url));
    EXPECT_EQ(failure.kind, Kind::BadRequest) << url;
    EXPECT_THAT(failure.message, Not(HasSubstr("ecret"))) << url;
  }
}

TEST(BadRequest, HeadersThatWouldBecomeTwo) {
  FakeServer server(silent());
  const std::pair<std::string, std::string> kCases[] = {
      {"X-A", "1\r\nX-B: 2"}, {"X-A", "1\n"}, {"X-A", "1\r"},  {"X-A", std::string("\0", 1)},
      {"X-A\r\nX-B", "1"},    {"X A", "1"},   {"X-A: 1", "2"}, {"", "1"}};
  for (const auto& header : kCases) {
    Request request = get(server.url());
    request.headers = {header};
    EXPECT_EQ(ask(request).kind, Kind::BadRequest) << header.first;
  }
  Request request = get(server.url());
  request.method = "GET / HTTP/1.1\r\nX: ";
  EXPECT_EQ(ask(request).kind, Kind::BadRequest);
  EXPECT_EQ(server.connections(), 0);
}

TEST(BadRequest, SettingsThatCannotBeUsed) {
  HttpSettings newline;
  newline.authorization = {"Bearer", Secret{"one\r\nX-B: two", ""}};
  HttpSettings missing;
  missing.basic_auth = {Secret{"name", ""}, Secret{"", "/no/such/file"}};
  HttpSettings version;
  version.tls.min_version = "TLS14";
  HttpSettings proxy;
  proxy.proxy.url = "http://127.0.0.1:1\r\n";
  for (const HttpSettings& settings : {newline, missing, version, proxy}) {
    const Failure failure = ask(with(get("http://127.0.0.1:1/secret"), settings));
    EXPECT_EQ(failure.kind, Kind::BadRequest);
    EXPECT_THAT(failure.message, AllOf(StartsWith("http://127.0.0.1:1: "), Not(HasSubstr("two"))));
  }
}

TEST(Redirect, IsFollowedAndThePostStaysAPost) {
  for (const int status : {301, 302, 307, 308}) {
    FakeServer server(answering([&](const std::string& request) {
      return request.starts_with("POST /old")
                 ? http_answer(status, "gone", "Location: /new\r\nX-Old: 1\r\n")
                 : http_answer(200, request);
    }));
    Request request = get(server.url("/old"));
    request.method = "POST";
    request.body = "query=up";
    const Result result = exchange(request);
    ASSERT_TRUE(std::holds_alternative<Response>(result)) << status;
    const Response& response = std::get<Response>(result);
    EXPECT_THAT(response.body, AllOf(StartsWith("POST /new "), testing::EndsWith("query=up")));
    EXPECT_EQ(response.header("x-old"), "");
  }
}

TEST(Redirect, IsHandedOverWhenItIsNotToBeFollowed) {
  FakeServer server(
      answering([](const std::string&) { return http_answer(302, "", "Location: /new\r\n"); }));
  HttpSettings settings;
  settings.follow_redirects = false;
  const Result result = exchange(with(get(server.url()), settings));
  ASSERT_TRUE(std::holds_alternative<Response>(result));
  EXPECT_EQ(std::get<Response>(result).status, 302);
  EXPECT_EQ(std::get<Response>(result).header("location"), "/new");
}

TEST(Redirect, CredentialsStayWithTheHostTheyAreFor) {
  FakeServer other(answering([](const std::string& request) { return http_answer(200, request); }));
  FakeServer server(answering([&](const std::string& request) {
    const bool first = request.starts_with("GET /first");
    return http_answer(302, "",
                       first ? "Location: /second\r\n" : "Location: " + other.url("/last") + "\r\n")
        .append(request.find("Authorization: ") == std::string::npos ? "no credentials" : "");
  }));
  HttpSettings bearer;
  bearer.authorization = {"Bearer", Secret{"secret", ""}};
  HttpSettings basic;
  basic.basic_auth = {Secret{"name", ""}, Secret{"secret", ""}};
  HttpSettings header;
  header.headers = {{"Authorization-Key", {"secret"}, {Secret{"secret", ""}}}};
  for (const HttpSettings& settings : {bearer, basic, header}) {
    Request request = with(get(server.url("/first")), settings);
    request.headers = {{"Cookie", "secret"}};
    const Result result = exchange(request);
    ASSERT_TRUE(std::holds_alternative<Response>(result)) << std::get<Failure>(result).message;
    EXPECT_THAT(
        std::get<Response>(result).body,
        AllOf(StartsWith("GET /last"), Not(HasSubstr("Authorization")), Not(HasSubstr("Cookie"))));
  }
  const auto user = get("http://name:pass@127.0.0.1:" + std::to_string(server.port()) + "/first");
  EXPECT_THAT(std::get<Response>(exchange(user)).body, Not(HasSubstr("Authorization")));
}

TEST(Redirect, EndsAfterFive) {
  FakeServer server(
      answering([](const std::string&) { return http_answer(302, "", "Location: /secret\r\n"); }));
  const Failure failure = ask(get(server.url()));
  EXPECT_EQ(failure.kind, Kind::Other);
  EXPECT_EQ(failure.message, server.url("") + " redirects too often");
}

TEST(Redirect, LeadsOnlyToHttp) {
  for (const std::string to : {"file:///etc/passwd", "ftp://127.0.0.1:1/secret",
                               "gopher://127.0.0.1:1/secret", "smtp://127.0.0.1:1/secret"}) {
    FakeServer server(answering(
        [&](const std::string&) { return http_answer(302, "", "Location: " + to + "\r\n"); }));
    const Failure failure = ask(get(server.url()));
    EXPECT_EQ(failure.kind, Kind::Other) << to;
    EXPECT_EQ(failure.message, server.url("") + " redirects to what is neither http nor https");
  }
}

TEST(Redirect, FailureBehindItNamesBothPlaces) {
  const std::string dead = "http://127.0.0.1:" + std::to_string(closed_port());
  FakeServer server(answering([&](const std::string&) {
    return http_answer(302, "", "Location: " + dead + "/secret\r\n");
  }));
  const Failure failure = ask(get(server.url("/secret")));
  EXPECT_EQ(failure.kind, Kind::Connect);
  EXPECT_EQ(failure.message, "cannot connect to " + dead + " (redirected from " + server.url("") +
                                 "): Connection refused");
}

}  // namespace
}  // namespace tocsin::net
