// Which proxy a request goes through, and the headers that settings add.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/exchange.h"
#include "net/fake_server.h"
#include "support/temporary_folder.h"

namespace tocsin::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string echo(const std::string& request) { return http_answer(200, request); }

std::string body_of(const Result& result) {
  const auto* failure = std::get_if<Failure>(&result);
  return failure == nullptr ? std::get<Response>(result).body : "Failure: " + failure->message;
}

TEST(NoProxy, NamesWhatIsAskedDirectly) {
  struct Case {
    std::string no_proxy;
    std::string destination;
    bool through;
  };
  const std::vector<Case> cases = {
      {"", "http://localhost:80", true},  // nothing is excepted then
      {"x", "http://localhost:80", false},
      {"x", "http://127.3.0.1:80", false},
      {"x", "http://[::1]:80", false},
      {"x", "http://[::2]:80", true},
      {"*", "http://a.org:80", false},
      {"a.org", "http://a.org:80", false},
      {"a.org", "http://b.a.org:80", false},
      {"a.org", "http://ba.org:80", true},
      {"a.org", "http://a.org.net:80", true},
      {".a.org", "http://a.org:80", true},
      {".a.org", "http://b.a.org:80", false},
      {"*.a.org", "http://b.a.org:80", false},
      {"*.a.org", "http://a.org:80", true},
      {" X.org , A.ORG ", "http://a.org:80", false},
      {"a.org:8080", "http://a.org:80", true},
      {"a.org:8080", "http://a.org:8080", false},
      {"10.0.0.0/8", "http://10.200.3.4:80", false},
      {"10.0.0.0/8", "http://11.0.0.1:80", true},
      {"10.0.0.0/9", "http://10.128.0.1:80", true},
      {"10.0.0.0/8", "http://host:80", true},
      {"10.0.0.0/99", "http://10.0.0.1:80", true},
      {"1.2.3.4", "http://1.2.3.4:80", false},
      {"1.2.3.4:81", "http://1.2.3.4:80", true},
      {"fd00::/8", "http://[fd12::1]:80", false},
      {"fd12::1", "http://[fd12::1]:80", false},
      {"[fd12::1]:443", "https://[fd12::1]:443", false},
      {"[fd12::1]:443", "http://[fd12::1]:80", true},
      {",,", "http://a.org:80", true},
  };
  for (const auto& [no_proxy, destination, through] : cases) {
    ProxySettings settings;
    settings.no_proxy = no_proxy;
    EXPECT_EQ(uses_proxy(destination, settings), through) << no_proxy << " " << destination;
  }
}

TEST(NoProxy, OfTheEnvironmentSparesThisMachine) {
  ProxySettings settings;
  settings.from_environment = true;
  EXPECT_FALSE(uses_proxy("http://localhost:80", settings));
  EXPECT_TRUE(uses_proxy("http://a.org:80", settings));
}

TEST(Proxy, ExceptionsGoToTheHostItself) {
  FakeServer server(answering(echo));
  FakeServer proxy(answering(echo));
  HttpSettings settings;
  settings.proxy.url = proxy.url("");
  settings.proxy.no_proxy = "127.0.0.1";
  Client client;
  EXPECT_THAT(body_of(exchange(client, with(get(server.url("/x")), settings))),
              StartsWith("GET /x "));
  EXPECT_THAT(body_of(exchange(client, with(get("http://a.invalid/x"), settings))),
              StartsWith("GET http://a.invalid/x "));
  EXPECT_THAT(body_of(exchange(client, with(get(server.url("/y")), settings))),
              StartsWith("GET /y "));
}

TEST(Proxy, ExceptionsOfTheEnvironmentAreNotOurs) {
  FakeServer proxy(answering(echo));
  HttpSettings settings;
  settings.proxy.url = proxy.url("");
  ::setenv("no_proxy", "*", 1);
  EXPECT_THAT(body_of(exchange(with(get("http://a.invalid/x"), settings))),
              StartsWith("GET http://a.invalid/x "));
  ::unsetenv("no_proxy");
}

TEST(Proxy, HeadersAreForTunnelsOnly) {
  std::string seen;
  FakeServer proxy(answering([&](const std::string& request) {
    seen = request;
    return http_answer(request.starts_with("CONNECT") ? 403 : 200, request);
  }));
  HttpSettings settings;
  settings.proxy.url = settings.proxy.https_url = proxy.url("");
  settings.proxy.connect_headers = {{"X-Tenant", {}, {Secret{"one", ""}, Secret{"two", ""}}}};
  settings.headers = {{"X-Inner", {"three"}, {}}};
  exchange(with(get("https://a.invalid/x"), settings));
  EXPECT_THAT(seen, AllOf(StartsWith("CONNECT a.invalid:443 "), HasSubstr("\r\nX-Tenant: one\r\n"),
                          HasSubstr("\r\nX-Tenant: two\r\n"), Not(HasSubstr("X-Inner"))));
  exchange(with(get("http://a.invalid/x"), settings));
  EXPECT_THAT(seen, AllOf(StartsWith("GET http://a.invalid/x "), HasSubstr("X-Inner: three\r\n"),
                          Not(HasSubstr("X-Tenant"))));
}

TEST(Headers, HaveALineForEachOfTheirValues) {
  const TemporaryFolder folder;
  const std::string file = folder.file("secret");
  FakeServer server(answering(echo));
  HttpSettings settings;
  settings.headers = {{"X-Many", {"a", "b"}, {Secret{"c", ""}, Secret{"", file}}}};
  Client client;
  for (const std::string text : {"d", "e"}) {
    folder.write("secret", text + "\n");
    EXPECT_THAT(body_of(exchange(client, with(get(server.url()), settings))),
                HasSubstr("\r\nX-Many: a\r\nX-Many: b\r\nX-Many: c\r\nX-Many: " + text + "\r\n"));
  }
  folder.write("secret", "one\r\nX-Injected: two\n");
  EXPECT_THAT(body_of(exchange(client, with(get(server.url()), settings))),
              AllOf(StartsWith("Failure: "), HasSubstr("header X-Many contains control characters"),
                    Not(HasSubstr("two"))));
}

TEST(Headers, UserNamesMayComeFromFiles) {
  FakeServer server(answering(echo));
  HttpSettings settings;
  settings.basic_auth = {Secret{"", "/no/such/file"}, Secret{"secret", ""}};
  EXPECT_THAT(body_of(exchange(with(get(server.url()), settings))),
              HasSubstr("the secret file /no/such/file cannot be read"));
}

}  // namespace
}  // namespace tocsin::net
