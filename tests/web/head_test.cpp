// What is a request's head, what is none, and what is answered to that.
#include "web/front/head.h"

#include <gmock/gmock.h>

namespace tocsin::web {
namespace {

using ::testing::HasSubstr;

Head head_of(const std::string& text) {
  auto parsed = parse_head(text, Limits{});
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    ADD_FAILURE() << text << ": " << refusal->message;
    return {};
  }
  return std::get<Head>(std::move(parsed));
}

Refusal refusal_of(const std::string& text, const Limits& limits = {}) {
  auto parsed = parse_head(text, limits);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  return refusal == nullptr ? Refusal{0, "taken"} : *refusal;
}

TEST(Head, IsTheLineAndTheHeaders) {
  const Head head = head_of(
      "POST /api/v2/alerts?a=1&b=%20?x HTTP/1.1\r\nHost: tocsin:9093\r\nX-Thing:  a b\t\r\n"
      "x-thing: c\r\nContent-Length: 12\r\nEmpty:\r\n\r\n");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/api/v2/alerts");
  EXPECT_EQ(head.query, "a=1&b=%20?x");
  EXPECT_EQ(head.header("host"), "tocsin:9093");
  EXPECT_EQ(head.header("x-thing"), "a b, c");
  EXPECT_EQ(head.header("empty"), "");
  EXPECT_TRUE(head.headers.contains("empty"));
  EXPECT_EQ(head.body, Head::Body::Length);
  EXPECT_EQ(head.length, 12u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.expects_continue);
}

TEST(Head, EscapesStayAsTheyAreInHeaders) {
  // What httplib 0.11 makes two lines of.
  EXPECT_EQ(head_of("GET / HTTP/1.1\r\nHost: x\r\nX-A: a%0D%0AB: c\r\n\r\n").header("x-a"),
            "a%0D%0AB: c");
}

TEST(Head, KeepsTheConnectionAsTheVersionSays) {
  struct Case {
    const char* version;
    const char* connection;
    bool kept;
  };
  for (const Case& each : std::vector<Case>{{"1.1", "Connection: close\r\n", false},
                                            {"1.1", "Connection: keep-alive, Close\r\n", false},
                                            {"1.1", "Connection: closed\r\n", true},
                                            {"1.0", "", false},
                                            {"1.0", "Connection: Keep-Alive\r\n", true}}) {
    const std::string text =
        std::string("GET / HTTP/") + each.version + "\r\nHost: x\r\n" + each.connection + "\r\n";
    EXPECT_EQ(head_of(text).keep_alive, each.kept) << text;
  }
}

TEST(Head, TakesTheFormsOfATarget) {
  struct Case {
    const char* target;
    const char* path;
    const char* query;
    const char* host;
  };
  for (const Case& each : std::vector<Case>{{"/", "/", "", "x"},
                                            {"/a%2Fb//", "/a%2Fb//", "", "x"},
                                            {"/\xC3\xA4?", "/\xC3\xA4", "", "x"},
                                            {"http://y:1/z?q", "/z", "q", "y:1"},
                                            {"HTTPS://y", "/", "", "y"},
                                            {"http://y?q=1", "/", "q=1", "y"},
                                            {"*", "*", "", "x"}}) {
    const Head head =
        head_of(std::string("OPTIONS ") + each.target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(head.path, each.path) << each.target;
    EXPECT_EQ(head.query, each.query) << each.target;
    EXPECT_EQ(head.header("host"), each.host) << each.target;
  }
}

TEST(Head, RefusesWhatTwoCouldReadInTwoWays) {
  struct Case {
    std::string text;  // between "GET / HTTP/1.1\r\nHost: x\r\n" and the empty line
    int status;
    const char* message;
  };
  for (const Case& each : std::vector<Case>{
           {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400, "exclude each other"},
           {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400, "exclude each other"},
           {"Content-Length: 5\r\nContent-Length: 5\r\n", 400, "content-length is given twice"},
           {"Content-Length: 5\r\nCONTENT-LENGTH: 6\r\n", 400, "content-length is given twice"},
           {"Content-Length: 5, 5\r\n", 400, "no number"},
           {"Content-Length: -5\r\n", 400, "no number"},
           {"Content-Length: +5\r\n", 400, "no number"},
           {"Content-Length: 0x5\r\n", 400, "no number"},
           {"Content-Length: 5 5\r\n", 400, "no number"},
           {"Content-Length:\r\n", 400, "no number"},
           {"Content-Length: 99999999999999999999999\r\n", 413, "larger than"},
           {"Content-Length: 67108865\r\n", 413, "larger than"},
           {"Transfer-Encoding: gzip, chunked\r\n", 501, "chunked"},
           {"Transfer-Encoding: xchunked\r\n", 501, "chunked"},
           {"Transfer-Encoding: \x0B"
            "chunked\r\n",
            400, "control"},
           {"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400, "twice"},
           {"Transfer-Encoding : chunked\r\n", 400, "NAME: VALUE"},
           {" Transfer-Encoding: chunked\r\n", 400, "NAME: VALUE"},
           {"X: a\r\n b\r\n", 400, "NAME: VALUE"},
           {"X: a\r\n\tb\r\n", 400, "NAME: VALUE"},
           {"X: a\nY: b\r\n", 400, "CR LF"},
           {"X: a\rY: b\r\n", 400, "CR LF"},
           {"X: a\n\r\n", 400, "CR LF"},
           {std::string("X: a\0b\r\n", 8), 400, "NUL"},
           {"X: a\x7F\r\n", 400, "control"},
           {"X\r\n", 400, "NAME: VALUE"},
           {": a\r\n", 400, "NAME: VALUE"},
           {"X Y: a\r\n", 400, "NAME: VALUE"},
           {"X\xC3\xA4: a\r\n", 400, "NAME: VALUE"},
           {"Host: y\r\n", 400, "host is given twice"},
           {"Authorization: Basic a\r\nAuthorization: Basic b\r\n", 400, "twice"},
           {"Origin: a\r\nOrigin: b\r\n", 400, "twice"},
           {"Expect: the worst\r\n", 417, "100-continue"},
       }) {
    const Refusal refusal = refusal_of("GET / HTTP/1.1\r\nHost: x\r\n" + each.text + "\r\n");
    EXPECT_EQ(refusal.status, each.status) << each.text;
    EXPECT_THAT(refusal.message, HasSubstr(each.message)) << each.text;
  }
}

TEST(Head, RefusesBadRequestLines) {
  struct Case {
    std::string line;
    int status;
  };
  for (const Case& each :
       std::vector<Case>{{"GET /", 400},
                         {"GET", 400},
                         {"GET  HTTP/1.1", 400},
                         {" GET / HTTP/1.1", 400},
                         {"GET / HTTP/1.1 ", 400},
                         {"GET / http/1.1", 400},
                         {"GET / HTTP/11", 400},
                         {"GET / HTTP/1.x", 400},
                         {"GET / HTTP/9.9", 505},
                         {"PRI * HTTP/2.0", 505},
                         {"GET /a b HTTP/1.1", 400},
                         {"GET /\x01 HTTP/1.1", 400},
                         {"GET a HTTP/1.1", 400},
                         {"GET ftp://x/ HTTP/1.1", 400},
                         {"GET http:///a HTTP/1.1", 400},
                         {"CONNECT x:80 HTTP/1.1", 400},
                         {"GET /%zz HTTP/1.1", 400},
                         {"GET /%4 HTTP/1.1", 400},
                         {"GET /%00 HTTP/1.1", 400},
                         {"GET /%0d%0a HTTP/1.1", 400},
                         {"GET /?a=%fg HTTP/1.1", 400},
                         {"G\"T / HTTP/1.1", 400},
                         {std::string(100, 'G') + " / HTTP/1.1", 400},
                         {"GET /" + std::string(33'000, 'a') + " HTTP/1.1", 414}}) {
    EXPECT_EQ(refusal_of(each.line + "\r\nHost: x\r\n\r\n").status, each.status)
        << each.line.substr(0, 60);
  }
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n").message, "the Host header is missing");
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n").message, "taken");
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400);
}

TEST(Head, CountsHeaders) {
  Limits limits;
  limits.headers = 3;
  const std::string two = "GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nB: 2\r\n";
  EXPECT_EQ(refusal_of(two + "\r\n", limits).status, 0);
  EXPECT_EQ(refusal_of(two + "A: 3\r\n\r\n", limits).status, 431);
}

}  // namespace
}  // namespace tocsin::web
