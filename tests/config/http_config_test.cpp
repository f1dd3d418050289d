// http_config and tls_config, wherever they stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "support/temporary_folder.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kRest = "\nroute: {receiver: a}\nreceivers: [{name: a}]\n";

net::HttpSettings read_http(const std::string& yaml, Variables variables = {}) {
  return parse("global:\n  http_config: " + yaml + kRest, "conf/config.yaml",
               environment_of(std::move(variables)))
      ->http;
}

TEST(HttpConfig, CredentialsAreRead) {
  auto http = read_http("{basic_auth: {username_file: u, password: p}}");
  EXPECT_EQ(http.basic_auth->username.file, "conf/u");
  EXPECT_EQ(http.basic_auth->password.text, "p");
  http = read_http("{authorization: {type: ' Token ', credentials_file: /c}}");
  EXPECT_EQ(http.authorization->type, "Token");
  EXPECT_EQ(http.authorization->credentials.file, "/c");
  http = read_http("{authorization: {type: '', credentials: x}}");
  EXPECT_EQ(http.authorization->type, "Bearer");
  http = read_http("{bearer_token_file: b}");
  EXPECT_EQ(http.authorization->credentials.file, "conf/b");
}

TEST(HttpConfig, Oauth2IsRead) {
  const auto oauth2 = *read_http(R"({oauth2: {client_id: me, client_secret_file: s,
    scopes: [a, b], token_url: 'https://id.example/t', endpoint_params: {audience: x},
    tls_config: {ca_file: ca}, proxy_url: 'http://p:1', grant_type: client_credentials}})")
                           .oauth2;
  EXPECT_EQ(oauth2.client_id, "me");
  EXPECT_EQ(oauth2.client_secret.file, "conf/s");
  EXPECT_THAT(oauth2.scopes, ElementsAre("a", "b"));
  EXPECT_EQ(oauth2.token_url, "https://id.example/t");
  EXPECT_THAT(oauth2.endpoint_params,
              ElementsAre(std::pair<std::string, std::string>("audience", "x")));
  EXPECT_EQ(oauth2.tls.ca_file, "conf/ca");
  EXPECT_EQ(oauth2.proxy.url, "http://p:1");
  EXPECT_EQ(oauth2.proxy.https_url, "http://p:1");
}

TEST(HttpConfig, ProxiesAreRead) {
  auto proxy = read_http(R"({proxy_url: 'socks5://p:1', no_proxy: 'a, .b',
    proxy_connect_header: {X-A: [b, c]}})")
                   .proxy;
  EXPECT_EQ(proxy.url, "socks5://p:1");
  EXPECT_EQ(proxy.no_proxy, "a, .b");
  ASSERT_EQ(proxy.connect_headers.size(), 1U);
  EXPECT_EQ(proxy.connect_headers[0].name, "X-A");
  EXPECT_EQ(proxy.connect_headers[0].secrets[1].text, "c");
  proxy = read_http("{proxy_from_environment: true}", {{"https_proxy", "s:1"},
                                                       {"HTTP_PROXY", "http://h:2"},
                                                       {"http_proxy", "http://other:3"},
                                                       {"NO_PROXY", "x"}})
              .proxy;
  EXPECT_TRUE(proxy.from_environment);
  EXPECT_EQ(proxy.url, "http://h:2");
  EXPECT_EQ(proxy.https_url, "http://s:1");
  EXPECT_EQ(proxy.no_proxy, "x");
  proxy = read_http("{proxy_from_environment: true}",
                    {{"HTTP_PROXY", "http://h:2"}, {"REQUEST_METHOD", "GET"}})
              .proxy;
  EXPECT_EQ(proxy.url, "") << "it may be a client's header";
}

TEST(HttpConfig, HeadersAndSwitchesAreRead) {
  const auto http = read_http(
      "{enable_http2: false, http_headers: {X-A: {values: [a], secrets: [b], files: [c]}, X-B: "
      "{}}}");
  EXPECT_FALSE(http.enable_http2);
  ASSERT_EQ(http.headers.size(), 2U);
  EXPECT_EQ(http.headers[0].name, "X-A");
  EXPECT_THAT(http.headers[0].values, ElementsAre("a"));
  EXPECT_EQ(http.headers[0].secrets[0].text, "b");
  EXPECT_EQ(http.headers[0].secrets[1].file, "conf/c");
}

TEST(HttpConfig, RefusesWhatIsWrong) {
  const std::string no_store =
      " is not supported: Tocsin has no store of secrets to look it up in; use the key that ends "
      "in _file";
  const std::string no_jwt =
      " is for signed assertions (jwt-bearer), which are not supported; use client_secret or "
      "client_secret_file";
  const std::vector<Refused> cases = {
      {"{bearer_token: a, bearer_token_file: b}",
       {"1:60: bearer_token and bearer_token_file exclude each other; remove one"}},
      {"{bearer_token: a, authorization: {credentials: b}}",
       {"1:23: bearer_token and authorization exclude each other; remove one"}},
      {"{basic_auth: {username: a}, bearer_token: b}",
       {"1:23: basic_auth, oauth2 and bearer_token exclude each other; keep one"}},
      {"{basic_auth: {username: a}, authorization: {credentials: b}}",
       {"1:23: basic_auth, oauth2 and authorization exclude each other; keep one"}},
      {"{basic_auth: {}, oauth2: {client_id: a, token_url: 'http://a'}}",
       {"1:23: basic_auth, oauth2 and authorization exclude each other; keep one"}},
      {"{basic_auth: {username: a, username_file: b}}",
       {"1:65: username and username_file exclude each other; remove one"}},
      {"{basic_auth: {username: a, password: b, password_file: c}}",
       {"1:78: password and password_file exclude each other; remove one"}},
      {"{basic_auth: {username_ref: a, password_ref: b}}",
       {"1:37: \"username_ref\"" + no_store, "1:54: \"password_ref\"" + no_store}},
      {"{authorization: {type: basic, credentials: b}}",
       {"1:46: authorization cannot be of type Basic; use basic_auth instead"}},
      {"{authorization: {credentials: \"a\\nb\"}}",
       {"1:39: a value of the header \"Authorization\" contains control characters"}},
      {"{oauth2: {client_secret: a}}",
       {"1:32: oauth2 needs a client_id", "1:32: oauth2 needs a token_url"}},
      {"{oauth2: {client_id: a, token_url: x}}",
       {"1:58: token_url must be a URL like http://host:9090, not \"x\""}},
      {"{oauth2: {client_id: a, token_url: 'http://a', client_secret: a, client_secret_file: b}}",
       {"1:108: client_secret and client_secret_file exclude each other; remove one"}},
      {"{oauth2: {client_id: a, token_url: 'http://a', endpoint_params: {scope: b}}}",
       {"1:87: endpoint_params cannot hold \"scope\"; use scopes"}},
      {"{oauth2: {client_id: a, token_url: 'http://a', "
       "grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', claims: {a: b}}}",
       {"1:70: \"grant_type\"" + no_jwt, "1:129: \"claims\"" + no_jwt}},
      {"{tls_config: {ca: x}}", {"1:36: ca holds no certificate in PEM"}},
      {"{tls_config: {ca: x, ca_file: y}}",
       {"1:53: ca and ca_file exclude each other; remove one"}},
      {"{tls_config: {cert_file: x}}",
       {"1:36: cert_file and key_file belong together; give both or none"}},
      {"{tls_config: {key: x}}",
       {"1:36: cert and key belong together; give both (or their files) or none"}},
      {"{tls_config: {cert: x, key: y}}", {"1:36: cert holds no certificate in PEM"}},
      {"{tls_config: {min_version: SSL3}}",
       {"1:50: min_version must be TLS10, TLS11, TLS12 or TLS13, not \"SSL3\""}},
      {"{tls_config: {min_version: TLS13, max_version: TLS12}}",
       {"1:70: max_version must not be older than min_version"}},
      {"{tls_config: {key_ref: x}}", {"1:37: \"key_ref\"" + no_store}},
      {"{proxy_url: proxy}", {"1:35: proxy_url must be a URL like http://proxy:3128"}},
      {"{no_proxy: a}",
       {"1:34: no_proxy makes no sense without a proxy_url; add one or remove it"}},
      {"{proxy_from_environment: true, proxy_url: 'http://a'}",
       {"1:65: proxy_from_environment and proxy_url exclude each other; remove one"}},
      {"{proxy_from_environment: true, no_proxy: a}",
       {"1:64: proxy_from_environment and no_proxy exclude each other; remove one"}},
      {"{proxy_connect_header: {a: [b]}}",
       {"1:46: proxy_connect_header makes no sense without proxy_url or proxy_from_environment; "
        "add "
        "one or remove it"}},
      {"{http_headers: {Authorization: {values: [a]}}}",
       {"1:54: the header \"Authorization\" is set by Tocsin itself; remove it"}},
      {"{http_headers: {content-type: {values: [a]}}}",
       {"1:53: the header \"content-type\" is set by Tocsin itself; remove it"}},
      {"{http_headers: {'a b': {values: [a]}}}", {"1:46: \"a b\" cannot be the name of a header"}},
      {"{http_headers: {a: {values: [\"a\\rb\"]}}}",
       {"1:42: a value of the header \"a\" contains control characters"}},
      {"{http_headers: {a: {value: [b]}}}",
       {"1:43: unknown key \"value\"; did you mean \"values\"?"}},
      {"{http_headers: {a: [b]}}", {"1:42: \"a\" must be a mapping, this is a list"}},
      {"{enable_http2: maybe}", {"1:38: enable_http2 must be true or false, not \"maybe\""}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints("global: {http_config: " + yaml + "}" + kRest),
                ElementsAreArray(expected))
        << yaml;
  }
}

TEST(HttpConfig, ProxyOfTheEnvironmentHasToBeOne) {
  EXPECT_THAT(complaints("global: {http_config: {proxy_from_environment: true}}" + kRest,
                         {{"HTTPS_PROXY", "ftp://user:secret@x"}}),
              ElementsAre("1:48: the environment variable HTTPS_PROXY must be a URL like "
                          "http://proxy:3128"));
}

class HttpConfigFiles : public testing::Test {
 protected:
  std::shared_ptr<const Config> load_http(const std::string& yaml) const {
    return load(folder_.write("config.yaml", "global:\n  http_config: " + yaml + kRest));
  }

  TemporaryFolder folder_;
};

TEST_F(HttpConfigFiles, SecretsThatAreMissingAreOddAndCertificatesWrong) {
  const auto config = load_http("{basic_auth: {username: a, password_file: no-such}}");
  EXPECT_THAT(in_short(config->warnings), ElementsAre(HasSubstr("2:58: the secret file ")));
  for (const std::string yaml :
       {"{tls_config: {ca_file: no-such}}", "{http_headers: {a: {files: [no-such]}}}"}) {
    try {
      load_http(yaml);
      FAIL() << yaml;
    } catch (const InvalidInput& error) {
      EXPECT_THAT(in_short(error.diagnostics()), ElementsAre(HasSubstr("no-such cannot be read")));
    }
  }
}

TEST_F(HttpConfigFiles, ThatAreThereAreSilent) {
  folder_.write("secret", "x\n");
  const auto config =
      load_http("{bearer_token_file: secret, http_headers: {a: {files: [secret]}}}");
  EXPECT_THAT(config->warnings, IsEmpty());
}

TEST(HttpConfig, IsShownWithoutItsSecrets) {
  const auto config = parse(R"(
global:
  http_config:
    oauth2: {client_id: me, client_secret_file: /hunter2, scopes: [a], token_url: 'http://u:hunter2@t/',
             endpoint_params: {password: hunter2}, tls_config: {insecure_skip_verify: true},
             proxy_url: 'http://p'}
    proxy_url: http://p:1
    no_proxy: a
    proxy_connect_header: {X-A: [hunter2]}
    enable_http2: false
    http_headers: {X-B: {values: [v], secrets: [hunter2], files: [/hunter2]}}
)" + kRest,
                            "c");
  EXPECT_THAT(config->alertmanager_yaml(), HasSubstr(R"(  http_config:
    oauth2:
      client_id: "me"
      client_secret: "<secret>"
      scopes: ["a"]
      token_url: "http://u:xxxxx@t/"
      endpoint_params:
        "password": "<secret>"
      tls_config:
        insecure_skip_verify: true
      proxy_url: "http://p"
    proxy_url: "http://p:1"
    no_proxy: "a"
    proxy_connect_header:
      "X-A": ["<secret>"]
    follow_redirects: true
    enable_http2: false
    http_headers:
      "X-B":
        values: ["v"]
        secrets: ["<secret>", "<secret>"]
)"));
}

}  // namespace
}  // namespace tocsin::config
