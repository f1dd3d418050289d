// TLS, certificates of clients, users, and a web configuration that changes, on a real port.
#include <csignal>
#include <fstream>
#include <httplib.h>

#include <gmock/gmock.h>

#include "model/error.h"
#include "support/certificates.h"
#include "web/front/connection.h"
#include "web/protection.h"
#include "web/server.h"
#include "wire.h"

namespace tocsin::web {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Of "secret" and "other", at the lowest cost.
const std::string kSecret = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

const testing::Certificates& certificates() {
  static const testing::Certificates made;
  return made;
}

std::string tls_part() {
  return "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
}

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() { std::signal(SIGPIPE, SIG_IGN); }  // the library's client writes to who has gone
  ~TlsTest() override { std::filesystem::remove(file); }

  void write(const std::string& text) const { std::ofstream(file) << text; }
  void start(const std::string& text, const std::string& prefix = "") {
    write(text);
    ServerSettings settings;
    settings.web_config_file = file;
    settings.route_prefix = prefix;
    server = std::make_unique<Server>(settings);
    port = server->bind({"127.0.0.1", 0});
    Router router;
    const Handler echo = [](const Request& request, Timestamp) {
      return web::text("size " + std::to_string(request.body.size()) + "\n");
    };
    router.add("GET", "/", echo);
    router.add("POST", "/", echo);
    router.add("GET", "/silence", echo);
    router.add("POST", "/silence",
               [](const Request& request, Timestamp) { return web::text(request.user + "\n"); });
    router.add("GET", "/large",
               [](const Request&, Timestamp) { return web::text(std::string(5'000'000, 'a')); });
    server->serve(std::move(router));
  }
  std::unique_ptr<httplib::SSLClient> client(const std::string& name = "") const {
    const std::string certificate = name.empty() ? "" : certificates().file(name + ".crt");
    const std::string key = name.empty() ? "" : certificates().file(name + ".key");
    auto made = std::make_unique<httplib::SSLClient>("127.0.0.1", port, certificate, key);
    made->set_ca_cert_path(certificates().file("ca.crt").c_str());
    made->enable_server_certificate_verification(true);
    return made;
  }

  std::string file = certificates().file("web.yml");
  std::unique_ptr<Server> server;
  int port = 0;
};

TEST_F(TlsTest, AnswersThroughTls) {
  start(tls_part());
  EXPECT_EQ(server->scheme(), "https");
  const auto http = client();
  http->set_keep_alive(true);
  ASSERT_TRUE(http->Get("/"));
  EXPECT_EQ(http->Get("/")->body, "size 0\n");
  EXPECT_EQ(http->Post("/", std::string(3'000'000, 'x'), "text/plain")->body, "size 3000000\n");
  EXPECT_EQ(http->Get("/large")->body.size(), 5'000'000u);
}

TEST_F(TlsTest, WhoSpeaksPlainHttpIsToldSo) {
  start(tls_part());
  Wire wire(port);
  wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(wire.rest(), HasSubstr("Client sent an HTTP request to an HTTPS server"));
}

TEST_F(TlsTest, ClientsNeedACertificateOfTheAuthority) {
  const std::string verified =
      tls_part() + "  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n";
  start(verified);
  EXPECT_TRUE(client("client")->Get("/"));
  EXPECT_FALSE(client()->Get("/"));
  EXPECT_FALSE(client("stranger")->Get("/"));
  start(verified + "  client_allowed_sans: [bert, anna]\n");
  EXPECT_TRUE(client("client")->Get("/"));
  start(verified + "  client_allowed_sans: [ann, bert]\n");
  EXPECT_FALSE(client("client")->Get("/"));
}

TEST_F(TlsTest, AnyCertificateMayDo) {
  start(tls_part() + "  client_auth_type: RequireAnyClientCert\n");
  EXPECT_TRUE(client("stranger")->Get("/"));
  EXPECT_FALSE(client()->Get("/"));
  start(tls_part() + "  client_ca_file: ca.crt\n  client_auth_type: VerifyClientCertIfGiven\n");
  EXPECT_TRUE(client()->Get("/"));
  EXPECT_TRUE(client("client")->Get("/"));
  EXPECT_FALSE(client("stranger")->Get("/"));
}

TEST_F(TlsTest, UsersNeedTheirPassword) {
  start("basic_auth_users:\n  anna: " + kSecret + "\n" +
        "http_server_config: {headers: {X-Frame-Options: deny}}\n");
  httplib::Client http("127.0.0.1", port);
  const auto nobody = http.Get("/");
  EXPECT_EQ(nobody->status, 401);
  EXPECT_EQ(nobody->body, "Unauthorized\n");
  EXPECT_EQ(nobody->get_header_value("WWW-Authenticate"), "Basic");
  EXPECT_EQ(nobody->get_header_value("X-Frame-Options"), "deny");
  for (int i = 0; i < 3; ++i) {  // the second time it is known
    http.set_basic_auth("anna", "secret");
    EXPECT_EQ(http.Get("/")->status, 200);
    EXPECT_EQ(http.Post("/", "abc", "text/plain")->body, "size 3\n");
    http.set_basic_auth("anna", "wrong");
    EXPECT_EQ(http.Get("/")->status, 401);
    http.set_basic_auth("bert", "secret");
    EXPECT_EQ(http.Post("/", "abc", "text/plain")->status, 401);
  }
}

TEST_F(TlsTest, NobodyIsReadWithoutAPassword) {
  start("basic_auth_users:\n  anna: " + kSecret + "\n");
  Wire wire(port);
  wire.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n");
  EXPECT_THAT(wire.until("Unauthorized\n"), StartsWith("HTTP/1.1 401 "));  // before its body
  Wire pipelined(port);
  const std::string right =
      "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YW5uYTpzZWNyZXQ=\r\n";
  pipelined.send(right + "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n" + right +
                 "Connection: close\r\n\r\n");
  const std::string answers = pipelined.rest();
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answers, HasSubstr("HTTP/1.1 401 "));
  EXPECT_THAT(answers, ::testing::EndsWith("size 0\n"));
}

// Its handler checks the signature (SilenceLinks.ForgedOnesAreRefused).
TEST_F(TlsTest, LinksThatSilenceNeedNoPassword) {
  const std::string users = "basic_auth_users:\n  anna: " + kSecret + "\n";
  start(users);
  httplib::Client http("127.0.0.1", port);
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(http.Get("/silence?until=1")->status, 200);
  EXPECT_EQ(http.Head("/silence")->status, 200);
  EXPECT_EQ(http.Post("/silence?until=1", "", form.c_str())->body, "\n");
  // Nothing else has become open: other paths, methods, and ways to write the same path.
  for (const char* path : {"/", "/silence/", "/%73ilence", "//silence", "/x/../silence",
                           "/silence/x", "/silences", "/Silence", "/large"}) {
    EXPECT_EQ(http.Get(path)->status, 401) << path;
  }
  EXPECT_EQ(http.Delete("/silence")->status, 401);
  EXPECT_EQ(http.Put("/silence", "", form.c_str())->status, 401);
  // Nobody uploads anything, and nobody is somebody without his password.
  EXPECT_EQ(http.Post("/silence", "x", form.c_str())->status, 401);
  Wire chunked(port);
  chunked.send("POST /silence HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.until("Unauthorized\n"), StartsWith("HTTP/1.1 401 "));
  http.set_basic_auth("anna", "wrong");
  EXPECT_EQ(http.Post("/silence", "", form.c_str())->status, 401);
  http.set_basic_auth("anna", "secret");
  EXPECT_EQ(http.Post("/silence", "", form.c_str())->body, "anna\n");
}

TEST_F(TlsTest, LinksThatSilenceLieBelowTheRoutePrefix) {
  start("basic_auth_users:\n  anna: " + kSecret + "\n", "/tocsin");
  httplib::Client http("127.0.0.1", port);
  EXPECT_EQ(http.Get("/tocsin/silence")->status, 200);
  EXPECT_EQ(http.Get("/silence")->status, 401);
  EXPECT_EQ(http.Get("/tocsin/tocsin/silence")->status, 401);
  EXPECT_EQ(http.Get("/tocsinsilence")->status, 401);
}

TEST_F(TlsTest, LinksThatSilenceAskForCertificatesNevertheless) {
  start(tls_part() + "  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
  EXPECT_FALSE(client()->Get("/silence"));
  EXPECT_TRUE(client("client")->Get("/silence"));
}

TEST_F(TlsTest, GuessesShareOneThread) {
  // Of cost 12: each takes hundreds of milliseconds of the only thread, while all guesses come
  // with the first turns of the front end.
  start(
      "basic_auth_users:\n  anna: $2b$12$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n");
  constexpr int kGuessers = 12;
  std::vector<Wire> guessers;
  for (int i = 0; i < kGuessers; ++i) guessers.emplace_back(port);
  for (int i = 0; i < kGuessers; ++i) {
    guessers[static_cast<std::size_t>(i)].send(
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic " +
        std::string(4, static_cast<char>('a' + i)) + "OmFh\r\n\r\n");
  }
  int refused = 0;
  int wrong = 0;
  for (Wire& each : guessers) {
    const std::string answer = each.rest();
    refused += answer.starts_with("HTTP/1.1 503 ") ? 1 : 0;
    wrong += answer.starts_with("HTTP/1.1 401 ") ? 1 : 0;
  }
  EXPECT_EQ(refused + wrong, kGuessers);  // each is told, and nobody is let in
  EXPECT_GE(wrong, 4);                    // of one client, four are checked at a time
}

TEST_F(TlsTest, RequestsAreRationed) {
  start("rate_limit: {interval: 1h, burst: 2}\n");
  httplib::Client http("127.0.0.1", port);
  EXPECT_EQ(http.Get("/")->status, 200);
  EXPECT_EQ(http.Get("/")->status, 200);
  EXPECT_EQ(http.Get("/")->status, 429);
}

TEST_F(TlsTest, TheFileIsReadAgainWhenItChanges) {
  const std::string users = "basic_auth_users:\n  anna: " + kSecret + "\n";
  write(users);
  Protection protection(file);
  SteadyTime now{};
  const auto users_at = [&](int second) {
    return protection.current(now + std::chrono::seconds{second})->users.check({"bert", "secret"});
  };
  EXPECT_FALSE(users_at(10));
  write(users + "  bert: " + kSecret + "\n");
  EXPECT_FALSE(protection.current(now + std::chrono::milliseconds{10'500})
                   ->users.check({"bert", "secret"}));  // not looked at yet
  EXPECT_TRUE(users_at(12));
  write("basic_auth_users: [nonsense]\n");
  EXPECT_TRUE(users_at(14));  // the last good one goes on
  write(tls_part());
  EXPECT_TRUE(users_at(16));  // TLS is not turned on while it runs
  write(users);
  EXPECT_FALSE(users_at(18));
}

TEST_F(TlsTest, WhatIsRequiredCannotBeReloadedAway) {
  const std::string users = "basic_auth_users:\n  anna: " + kSecret + "\n";
  write(users);
  Protection protection(file);
  const auto has_users_at = [&](int second) {
    return !protection.current(SteadyTime{} + std::chrono::seconds{second})->users.empty();
  };
  write("# everybody is welcome\n");
  EXPECT_FALSE(has_users_at(10));  // nobody else can reach it
  write(users);
  EXPECT_TRUE(has_users_at(12));
  protection.require();
  for (const char* text : {"# everybody, again\n", "basic_auth_users: {}\n"}) {
    write(text);
    EXPECT_TRUE(has_users_at(14)) << text;
  }
  write(users + "  bert: " + kSecret + "\n");
  EXPECT_TRUE(protection.current(SteadyTime{} + std::chrono::seconds{16})
                  ->users.check({"bert", "secret"}));  // others may still come
}

TEST_F(TlsTest, AVerifiedCertificateCannotBeReloadedAway) {
  const std::string verified =
      tls_part() + "  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n";
  write(verified);
  Protection protection(file);
  protection.require();
  for (const std::string& text :
       {tls_part(), tls_part() + "  client_auth_type: RequireAnyClientCert\n"}) {
    write(text);
    EXPECT_TRUE(protection.current(SteadyTime{} + std::chrono::seconds{10})->keeps_others_out());
  }
}

TEST_F(TlsTest, OtherMachinesAreLetInWhenSomebodyIsKeptOut) {
  start("basic_auth_users:\n  anna: " + kSecret + "\n");
  ServerSettings settings;
  settings.web_config_file = file;
  EXPECT_GT(Server(settings).bind({"0.0.0.0", 0}), 0);
  write(tls_part() + "  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
  EXPECT_GT(Server(settings).bind({"0.0.0.0", 0}), 0);
  for (const std::string& text : {std::string("{}\n"), tls_part(),
                                  tls_part() + "  client_auth_type: RequireAnyClientCert\n"}) {
    write(text);
    settings.allow_unprotected = false;
    EXPECT_THROW(Server(settings).bind({"0.0.0.0", 0}), Error) << text;
    settings.allow_unprotected = true;
    EXPECT_GT(Server(settings).bind({"0.0.0.0", 0}), 0);
  }
}

}  // namespace
}  // namespace tocsin::web
