// The real server on a real port: what a socket adds to the router.
#include "web/server.h"

#include <cstring>
#include <httplib.h>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

using ::testing::HasSubstr;

/// Says what it was asked.
Router mirror() {
  Router router;
  const Handler handler = [](const Request& request, Timestamp) {
    std::string body = request.method + " " + request.path;
    for (const std::string& argument : request.arguments) body += " [" + argument + "]";
    for (const auto& [name, value] : request.query) body += " " + name + "=" + value;
    return text(body + " " + std::to_string(request.body.size()));
  };
  router.add("GET", "/", handler);
  router.add("GET", "/thing/{}", handler);
  router.add("POST", "/thing/{}", handler);
  return router;
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() : port(server.bind({"127.0.0.1", 0})) { server.serve(mirror()); }
  httplib::Client client() const { return httplib::Client("127.0.0.1", port); }

  /// What comes back for raw bytes, until the server closes or says nothing for a while.
  std::string raw(const std::string& bytes) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{0, 300'000};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string answer;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0) {
      char buffer[4096];
      for (ssize_t got; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) {
        answer.append(buffer, static_cast<std::size_t>(got));
      }
    }
    ::close(socket);
    return answer;
  }

  Server server;
  int port;
};

TEST_F(ServerTest, AnswersAndDecodesPathAndQuery) {
  auto http = client();
  EXPECT_EQ(http.Get("/")->body, "GET / 0");
  EXPECT_THAT(raw("GET /thing/a%20b?x=1%262&y=%C3%A4+b&x=3 HTTP/1.1\r\nHost: x\r\nConnection: "
                  "close\r\n\r\n"),
              ::testing::EndsWith("\r\n\r\nGET /thing/a%20b [a b] x=1&2 y=ä b x=3 0"));
  EXPECT_EQ(http.Post("/thing/x", "12345", "application/json")->body, "POST /thing/x [x] 5");
  EXPECT_EQ(http.Get("/nothing")->status, 404);
  EXPECT_EQ(http.Delete("/thing/x")->status, 405);
  EXPECT_EQ(http.Delete("/thing/x")->get_header_value("Allow"), "GET,POST");
}

TEST_F(ServerTest, HeadHasTheHeadersAndNoBody) {
  const auto response = client().Head("/");
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->get_header_value("Content-Length"), "8");
}

TEST_F(ServerTest, AChangeWithoutABodyNeedsNoLength) {
  EXPECT_THAT(raw("POST /thing/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              ::testing::EndsWith("\r\n\r\nPOST /thing/x [x] 0"));
}

TEST_F(ServerTest, ABodyMayComeInChunks) {
  EXPECT_THAT(raw("POST /thing/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n"
                  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              ::testing::EndsWith("\r\n\r\nPOST /thing/x [x] 5"));
}

TEST_F(ServerTest, ABodyThatIsTooLargeIsRefused) {
  const std::string body(std::size_t{65} << 20, ' ');
  EXPECT_EQ(client().Post("/thing/x", body, "application/json")->status, 413);
  EXPECT_EQ(client().Get("/")->status, 200);
}

TEST_F(ServerTest, GarbageIsAnsweredOrDroppedAndHarmsNobody) {
  for (const std::string& bytes : {
           std::string("\0\x01\x02", 3),
           std::string("GET"),
           std::string("GET / HTTP/9.9\r\n\r\n"),
           std::string("FROB / HTTP/1.1\r\nHost: x\r\n\r\n"),
           std::string("GET /%zz%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
           std::string(
               "GET /thing/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
           "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n",
           std::string("POST /thing/x HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
           std::string("POST /thing/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
           std::string("POST /thing/x HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"),
       }) {
    const std::string answer = raw(bytes);
    EXPECT_THAT(answer, ::testing::Not(HasSubstr(" 200 OK"))) << bytes.substr(0, 60);
    EXPECT_EQ(client().Get("/")->status, 200) << bytes.substr(0, 60);
  }
}

TEST_F(ServerTest, APortThatIsTakenIsNotTakenTwice) {
  Server second;
  try {
    second.bind({"127.0.0.1", port});
    FAIL() << "took it";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(port)));
  }
}

TEST_F(ServerTest, WhoComesBeforeItServesWaits) {
  Server early;
  const int early_port = early.bind({"127.0.0.1", 0});
  std::string body;
  std::thread visitor([&] { body = httplib::Client("127.0.0.1", early_port).Get("/")->body; });
  early.serve(mirror());
  visitor.join();
  EXPECT_EQ(body, "GET / 0");
}

TEST_F(ServerTest, StoppingTwiceIsFineAndFreesThePort) {
  server.stop();
  server.stop();
  Server next;
  EXPECT_EQ(next.bind({"127.0.0.1", port}), port);
  next.stop();  // never served
  Server after;
  EXPECT_EQ(after.bind({"127.0.0.1", port}), port);
}

TEST(ServerAddress, OtherMachinesAreNotLetIn) {
  for (const char* host :
       {"0.0.0.0", "::", "192.168.1.1", "example.org", "127.0.0.1.example.org", "8.8.8.8"}) {
    Server server;
    try {
      server.bind({host, 0});
      ADD_FAILURE() << host << " was taken";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("--web.allow-unprotected")) << host;
    }
  }
}

TEST(ServerAddress, LoopbackHasManyNames) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost", "::1"}) {
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  }
}

TEST(ServerAddress, IsHostAndPort) {
  struct Case {
    const char* text;
    const char* host;
    int port;
  };
  for (const Case& each : std::vector<Case>{{"127.0.0.1:9093", "127.0.0.1", 9093},
                                            {"localhost:0", "localhost", 0},
                                            {"[::1]:65535", "::1", 65535},
                                            {":9093", "::", 9093}}) {
    const Address address = parse_address(each.text);
    EXPECT_EQ(address.host, each.host) << each.text;
    EXPECT_EQ(address.port, each.port) << each.text;
  }
  for (const char* text :
       {"", "localhost", "9093", "localhost:", "localhost:x", "localhost:65536", "localhost:-1",
        "::1:9093", "[]:1", "a:1:2", "localhost:1 ", "localhost:99999999999999999999"}) {
    EXPECT_THROW(parse_address(text), Error) << text;
  }
}

}  // namespace
}  // namespace tocsin::web
