// TLS as the settings demand it, for HTTP and for mail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/exchange.h"
#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using Kind = Failure::Kind;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kName = "prometheus.test";

class Tls : public testing::Test {
 protected:
  /// Answers one request with the name that was asked for and the request itself.
  FakeServer::Script secure() {
    return [this](Connection& connection) {
      if (!connection.start_tls(certificate_.server())) return;
      const std::string request = connection.read_request();
      connection.send(http_answer(200, connection.server_name() + "\n" + request));
    };
  }

  Result ask(const FakeServer& server, const TlsSettings& tls) const {
    HttpSettings settings;
    settings.tls = tls;
    const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/x?y=z";
    return exchange(with(get(url), settings));
  }

  std::string body_of(const Result& result) const {
    const auto* failure = std::get_if<Failure>(&result);
    return failure == nullptr ? std::get<Response>(result).body : "Failure: " + failure->message;
  }

  Kind kind_of(const Result& result) const {
    const auto* failure = std::get_if<Failure>(&result);
    EXPECT_NE(failure, nullptr) << "it was accepted";
    return failure == nullptr ? Kind::Other : failure->kind;
  }

  TlsSettings trusting() const {
    TlsSettings settings;
    settings.ca_file = certificate_.cert_file();
    settings.server_name = kName;
    return settings;
  }

  Certificate certificate_{kName};
};

TEST_F(Tls, UnknownCertificateIsRefused) {
  FakeServer server(secure());
  const Result result = ask(server, {});
  EXPECT_EQ(kind_of(result), Kind::Tls);
  EXPECT_THAT(std::get<Failure>(result).message,
              testing::AllOf(StartsWith("TLS with https://127.0.0.1:"), HasSubstr("self-signed")));
}

TEST_F(Tls, CertificateOfTheCaFileIsAcceptedUnderItsServerName) {
  FakeServer server(secure());
  const std::string host = "127.0.0.1:" + std::to_string(server.port());
  EXPECT_THAT(body_of(ask(server, trusting())),
              StartsWith(std::string(kName) + "\nGET /x?y=z HTTP/1.1\r\nHost: " + host + "\r\n"));
}

TEST_F(Tls, TrustedCertificateForAnotherNameIsRefused) {
  FakeServer server(secure());
  TlsSettings settings = trusting();
  settings.server_name.clear();
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
  settings.server_name = "other.test";
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
}

TEST_F(Tls, VerificationCanBeSwitchedOff) {
  FakeServer server(secure());
  TlsSettings settings;
  settings.insecure_skip_verify = true;
  EXPECT_THAT(body_of(ask(server, settings)), HasSubstr("GET /x?y=z"));
}

TEST_F(Tls, FilesThatDoNotExistAreTlsFailures) {
  FakeServer server(secure());
  TlsSettings settings = trusting();
  settings.ca_file = "/no/such/ca";
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
  settings = trusting();
  settings.cert_file = "/no/such/cert";
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
}

TEST_F(Tls, ClientCertificateIsShown) {
  certificate_.demand_client_certificate();
  FakeServer server(secure());
  EXPECT_THAT(body_of(ask(server, trusting())), StartsWith("Failure: "));
  TlsSettings settings = trusting();
  settings.cert_file = certificate_.cert_file();
  settings.key_file = certificate_.key_file();
  EXPECT_THAT(body_of(ask(server, settings)), HasSubstr("GET /x?y=z"));
}

TEST_F(Tls, VersionsOutsideTheRangeAreRefused) {
  SSL_CTX_set_max_proto_version(certificate_.server(), TLS1_2_VERSION);
  FakeServer server(secure());
  TlsSettings settings = trusting();
  settings.min_version = "TLS13";
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
  settings.min_version = "TLS12";
  EXPECT_THAT(body_of(ask(server, settings)), HasSubstr("GET /x?y=z"));
  SSL_CTX_set_max_proto_version(certificate_.server(), 0);
  SSL_CTX_set_min_proto_version(certificate_.server(), TLS1_3_VERSION);
  settings.max_version = "TLS12";
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
}

std::string content_of(const std::string& path) { return read_whole(path, "the file", 100'000); }

TEST_F(Tls, CertificatesAndKeyMayBeTexts) {
  certificate_.demand_client_certificate();
  FakeServer server(secure());
  TlsSettings settings;
  settings.server_name = kName;
  settings.ca = settings.cert = content_of(certificate_.cert_file());
  settings.key = content_of(certificate_.key_file());
  EXPECT_THAT(body_of(ask(server, settings)), HasSubstr("GET /x?y=z"));
  settings.ca = content_of(Certificate("other.test").cert_file());
  EXPECT_EQ(kind_of(ask(server, settings)), Kind::Tls);
}

TEST_F(Tls, Http2IsOfferedUnlessItIsSwitchedOff) {
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      certificate_.server(),
      [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* in,
         unsigned int in_size, void* user) {
        static_cast<std::string*>(user)->assign(reinterpret_cast<const char*>(in), in_size);
        static constexpr unsigned char kOld[] = "http/1.1";
        *chosen = kOld;
        *size = 8;
        return SSL_TLSEXT_ERR_OK;
      },
      &offered);
  for (const bool enabled : {true, false}) {
    FakeServer server(secure());
    HttpSettings settings;
    settings.tls = trusting();
    settings.enable_http2 = enabled;
    const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/x?y=z";
    EXPECT_THAT(body_of(exchange(with(get(url), settings))), HasSubstr("GET /x?y=z HTTP/1.1"));
    EXPECT_EQ(offered, enabled ? "\x02h2\x08http/1.1" : "\x08http/1.1");
  }
}

TEST_F(Tls, RedirectOfAServerThatIsCalledByAnotherNameComesBackToIt) {
  FakeServer server([this](Connection& connection) {
    if (!connection.start_tls(certificate_.server())) return;
    for (std::string request; !(request = connection.read_request()).empty();) {
      const bool first = request.starts_with("GET /x");
      connection.send(first ? http_answer(302, "", "Location: /new\r\n")
                            : http_answer(200, request));
    }
  });
  EXPECT_THAT(body_of(ask(server, trusting())),
              StartsWith("GET /new HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST_F(Tls, WhatIsWrongWithFilesIsSaidBefore) {
  const Certificate other("other.test");
  TlsSettings settings;
  EXPECT_EQ(problem_of(settings), "");
  settings = trusting();
  settings.cert_file = certificate_.cert_file();
  settings.key_file = certificate_.key_file();
  EXPECT_EQ(problem_of(settings), "");
  settings.key_file = other.key_file();
  EXPECT_EQ(problem_of(settings), "key_file " + other.key_file() + " is not the key of cert_file " +
                                      certificate_.cert_file());
  settings.key_file = certificate_.cert_file();
  EXPECT_EQ(problem_of(settings), "key_file " + certificate_.cert_file() +
                                      " holds no key in PEM that can be used without a password");
  settings.ca_file = "/no/such/ca";
  EXPECT_EQ(problem_of(settings), "the file /no/such/ca cannot be read: No such file or directory");
  settings.ca_file.clear();
  settings.ca = "x";
  EXPECT_EQ(problem_of(settings), "ca holds no certificate in PEM");
}

class MailOverTls : public Tls {
 protected:
  Mail mail_for(const FakeServer& server, MailTls tls) const {
    Mail mail;
    mail.server.host = "127.0.0.1";
    mail.server.port = server.port();
    mail.server.tls = tls;
    mail.server.tls_settings = trusting();
    mail.server.username = "name";
    mail.server.password = {"pass", ""};
    mail.from = "a@example.org";
    mail.recipients = {"b@example.org"};
    mail.message = "Subject: x\r\n\r\ny\r\n";
    mail.timeout = Duration{5000};
    return mail;
  }

  /// The rest of an SMTP session once it is encrypted.
  void serve(Connection& connection) {
    for (std::string line; !(line = connection.read_line()).empty();) {
      seen_.push_back(line);
      const bool login = line == "AG5hbWUAcGFzcw==";
      if (line == "DATA") {
        connection.send("354 go\r\n");
        while (connection.read_line() != ".") {
        }
      }
      connection.send(line.starts_with("EHLO")         ? "250-fake\r\n250 AUTH PLAIN\r\n"
                      : line.starts_with("AUTH PLAIN") ? "334 \r\n"
                      : login                          ? "235 welcome\r\n"
                                                       : "250 ok\r\n");
    }
  }

  /// Speaks in the clear until STARTTLS.
  FakeServer::Script start_tls() {
    return [this](Connection& connection) {
      connection.send("220 fake\r\n");
      clear_.push_back(connection.read_line());
      connection.send("250-fake\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
      clear_.push_back(connection.read_line());
      connection.send("220 go ahead\r\n");
      if (connection.start_tls(certificate_.server())) serve(connection);
    };
  }

  std::vector<std::string> clear_;
  std::vector<std::string> seen_;
};

TEST_F(MailOverTls, StartTlsComesBeforeLoginAndMail) {
  Result result;
  {
    FakeServer server(start_tls());
    result = exchange(mail_for(server, MailTls::StartTlsRequired));
  }
  EXPECT_EQ(body_of(result), "ok");
  EXPECT_THAT(clear_, testing::ElementsAre("EHLO localhost", "STARTTLS"));
  ASSERT_GE(seen_.size(), 6U);
  seen_.resize(6);
  EXPECT_THAT(seen_, testing::ElementsAre("EHLO localhost", StartsWith("AUTH PLAIN"),
                                          "AG5hbWUAcGFzcw==", StartsWith("MAIL FROM:"),
                                          StartsWith("RCPT TO:"), "DATA"));
}

TEST_F(MailOverTls, FromTheFirstByte) {
  FakeServer server([this](Connection& connection) {
    if (!connection.start_tls(certificate_.server())) return;
    connection.send("220 fake\r\n");
    serve(connection);
  });
  EXPECT_EQ(body_of(exchange(mail_for(server, MailTls::Implicit))), "ok");
}

TEST_F(MailOverTls, UntrustedServerNeverSeesThePassword) {
  FakeServer server(start_tls());
  Mail mail = mail_for(server, MailTls::StartTlsRequired);
  mail.server.tls_settings = {};
  EXPECT_EQ(kind_of(exchange(mail)), Kind::Tls);
  EXPECT_TRUE(seen_.empty());
}

}  // namespace
}  // namespace tocsin::net
