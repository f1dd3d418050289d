// --web.config.file: what is taken, and what is said of the rest, with its place.
#include "web/web_config.h"

#include <fstream>

#include <gmock/gmock.h>

#include "model/error.h"
#include "support/certificates.h"

namespace tocsin::web {
namespace {

using ::testing::HasSubstr;

// Of "secret", at the lowest cost.
constexpr const char* kHash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

std::string message_of(const std::string& text) {
  try {
    parse_web_config(text, "web.yml");
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "taken";
}

TEST(WebConfig, NothingIsNoProtection) {
  for (const char* text : {"", "---\n", "tls_server_config: {}\n", "basic_auth_users: {}\n",
                           "http_server_config: {http2: false}\n"}) {
    const WebConfig config = parse_web_config(text, "web.yml");
    EXPECT_FALSE(config.keeps_others_out()) << text;
    EXPECT_TRUE(config.users.empty()) << text;
  }
}

TEST(WebConfig, ReadsUsersHeadersAndRate) {
  const WebConfig config = parse_web_config(std::string("basic_auth_users:\n  anna: ") + kHash +
                                                "\nhttp_server_config:\n  headers:\n"
                                                "    X-Frame-Options: deny\n"
                                                "    Strict-Transport-Security: max-age=1\n"
                                                "rate_limit: {interval: 1s, burst: 5}\n",
                                            "web.yml");
  EXPECT_TRUE(config.keeps_others_out());
  EXPECT_TRUE(config.users.check({"anna", "secret"}));
  EXPECT_FALSE(config.users.check({"anna", "Secret"}));
  EXPECT_FALSE(config.users.check({"bert", "secret"}));
  EXPECT_THAT(config.headers,
              ::testing::UnorderedElementsAre(
                  std::pair<std::string, std::string>("X-Frame-Options", "deny"),
                  std::pair<std::string, std::string>("Strict-Transport-Security", "max-age=1")));
  EXPECT_EQ(config.rate_interval, std::chrono::seconds{1});
  EXPECT_EQ(config.rate_burst, 5u);
}

TEST(WebConfig, ReadsCertificatesInlineAndFromFiles) {
  const testing::Certificates made;
  const std::string files = "tls_server_config:\n  cert_file: " + made.file("server.crt") +
                            "\n  key_file: " + made.file("server.key") + "\n";
  const WebConfig config = parse_web_config(
      files + "  client_ca_file: " + made.file("ca.crt") +
          "\n  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: [a, b]\n"
          "  min_version: TLS12\n  max_version: TLS13\n  prefer_server_cipher_suites: false\n"
          "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256,\n"
          "                  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305]\n"
          "  curve_preferences: [X25519, CurveP256]\n",
      "web.yml");
  ASSERT_NE(config.tls, nullptr);
  EXPECT_EQ(config.files.size(), 4u);
  EXPECT_THAT(
      config.tls->settings().ciphers,
      ::testing::ElementsAre("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"));

  const auto indented = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 5) {
      text.insert(at + 1, "    ");
    }
    return text;
  };
  const std::string both = "tls_server_config:\n  cert: |\n    " +
                           indented(made.text("server.crt")) + "\n  key: |\n    " +
                           indented(made.text("server.key")) + "\n";
  EXPECT_NE(parse_web_config(both, "web.yml").tls, nullptr);
  EXPECT_THAT(message_of(both + "  cert_file: x\n"), HasSubstr("exclude each other"));
  EXPECT_THAT(message_of("tls_server_config:\n  cert_file: " + made.file("server.crt") +
                         "\n  key_file: " + made.file("client.key") + "\n"),
              HasSubstr("does not belong to"));
  EXPECT_THAT(message_of("tls_server_config:\n  cert_file: " + made.file("server.key") +
                         "\n  key_file: " + made.file("server.key") + "\n"),
              HasSubstr("holds no certificate"));
  EXPECT_THAT(message_of(files + "  client_allowed_sans: [a]\n"),
              HasSubstr("client_allowed_sans needs client_auth_type"));
  EXPECT_THAT(message_of(files + "  client_ca_file: " + made.file("ca.crt") + "\n"),
              HasSubstr("needs a client_auth_type"));
}

TEST(WebConfig, OnlyPasswordsAndVerifiedCertificatesKeepOthersOut) {
  const testing::Certificates made;
  const std::string tls = "tls_server_config:\n  cert_file: " + made.file("server.crt") +
                          "\n  key_file: " + made.file("server.key") + "\n";
  const std::string ca = "  client_ca_file: " + made.file("ca.crt") + "\n";
  struct Case {
    std::string text;
    bool keeps_out;
  };
  for (const Case& each : std::vector<Case>{
           {tls, false},
           {tls + "  client_auth_type: RequestClientCert\n", false},
           {tls + "  client_auth_type: RequireAnyClientCert\n", false},
           {tls + "  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [a]\n", false},
           {tls + ca + "  client_auth_type: VerifyClientCertIfGiven\n", false},
           {tls + ca + "  client_auth_type: RequireAndVerifyClientCert\n", true},
           {tls + "basic_auth_users: {anna: " + kHash + "}\n", true},
       }) {
    EXPECT_EQ(parse_web_config(each.text, "web.yml").keeps_others_out(), each.keeps_out)
        << each.text;
  }
}

TEST(WebConfig, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& each : std::vector<Case>{
           {"tls_config: {}\n", "web.yml:1:1: "},
           {"tls_server_config:\n  certfile: x\n", "web.yml:2:3: "},
           {"tls_server_config:\n  certfile: x\n", "did you mean \"cert_file\"?"},
           {"tls_server_config: {cert_file: a}\n", "one of key and key_file"},
           {"tls_server_config: {key_file: a}\n", "one of cert and cert_file"},
           {"tls_server_config: {cert_file: /no/a, key_file: /no/b}\n", "/no/a cannot be read"},
           {"tls_server_config: {min_version: TLS9}\n", "TLS10, TLS11, TLS12 or TLS13"},
           {"tls_server_config: {client_auth_type: Maybe}\n", "not \"Maybe\""},
           {"tls_server_config: {cipher_suites: [ROT13]}\n", "1:37: \"ROT13\" is not known"},
           {"tls_server_config: {curve_preferences: [round]}\n", "\"round\" is not known"},
           {"http_server_config:\n  headers:\n    X-Other: a\n", "web.yml:3:5: "},
           {"http_server_config: {headers: {X-Frame-Options: never}}\n", "deny or sameorigin"},
           {"http_server_config: {http2: perhaps}\n", "http2"},
           {"basic_auth_users: [a]\n", "mapping of names"},
           {"basic_auth_users:\n  anna: secret\n",
            "web.yml:2:9: the value of user \"anna\" is no bcrypt"},
           {"basic_auth_users:\n  anna:\n", "is no bcrypt"},
           {"basic_auth_users: {a: $2b$31$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW}\n",
            "has cost 31"},
           {"rate_limit: {interval: 1s}\n", "burst"},
           {"rate_limit: {interval: soon, burst: 1}\n", "soon"},
           {"a: b: c\n", "web.yml:1:"},
       }) {
    EXPECT_THAT(message_of(each.text), HasSubstr(each.message)) << each.text;
  }
  EXPECT_THAT(message_of("basic_auth_users:\n  anna: my-password\n"),
              ::testing::Not(HasSubstr("my-password")));
}

TEST(Users, HeadersAreReadStrictly) {
  const auto credentials = parse_basic_auth("bAsIc YW5uYTpzZTpjcmV0");  // anna:se:cret
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "anna");
  EXPECT_EQ(credentials->password, "se:cret");
  for (const char* header : {"", "Basic", "Basic ", "Basic YW5uYQ==", "Basic YW5u*Q==",
                             "Basic YW5uYTpzZWNyZXQ", "Bearer YW5uYTpzZTpjcmV0", "Basic  YQ=="}) {
    EXPECT_FALSE(parse_basic_auth(header)) << header;
  }
}

TEST(Users, APasswordIsWholeAndADigestIsOfAllParts) {
  const Users users({{"anna", kHash}, {"bert", kHash}});
  EXPECT_FALSE(users.check({"anna", std::string("secret\0x", 8)}));
  EXPECT_FALSE(users.check({"anna", std::string("secret\0", 7)}));
  EXPECT_FALSE(users.check({"anna", ""}));
  EXPECT_FALSE(Users().check({"anna", "secret"}));
  const std::string digest = users.digest({"anna", "secret"}, "salt");
  EXPECT_NE(digest, users.digest({"anna", "secre"}, "salt"));
  EXPECT_NE(digest, users.digest({"bert", "secret"}, "salt"));
  EXPECT_NE(digest, users.digest({"anna", "secret"}, "pepper"));
  EXPECT_NE(users.digest({"a", "bc"}, "s"), users.digest({"ab", "c"}, "s"));
  const std::string other = "$2b$04$bbcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
  EXPECT_NE(digest, Users({{"anna", other}}).digest({"anna", "secret"}, "salt"));
}

}  // namespace
}  // namespace tocsin::web
