#include "config/values.h"

#include <gtest/gtest.h>

namespace tocsin::config {
namespace {

TEST(Values, UrlsHaveASchemeAndAHost) {
  for (const std::string_view url :
       {"http://a", "https://a.example.org/x?y#z", "http://127.0.0.1:9090", "http://[::1]:9090/",
        "http://[::1]", "https://user:p%40ss@host:1/", "http://a?x=http://b", "http://ü.example"}) {
    EXPECT_TRUE(is_http_url(url)) << url;
  }
  for (const std::string_view url :
       {"",           "http",        "http://",       "http:///x",
        "http://:80", "ftp://a",     "a.example.org", "http://a b",
        "http://a\n", "http://a:",   "http://a:0",    "http://a:65536",
        "http://a:x", "http://[::1", "http://[]",     "http://[::1]x",
        "http://u@",  "://a",        "HTTP//a",       "http://a\x7f"}) {
    EXPECT_FALSE(is_http_url(url)) << url;
  }
  EXPECT_TRUE(is_url("socks5://a:1080", {"http", "socks5"}));
}

TEST(Values, HostAndPortAreBothNeeded) {
  const auto mail = parse_host_port("mail.example.org:587");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->host, "mail.example.org");
  EXPECT_EQ(mail->port, 587);
  const auto v6 = parse_host_port("[::1]:25");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 25);
  for (const std::string_view text : {"", "mail", "mail:", ":25", "mail:0", "mail:70000",
                                      "mail:smtp", "::1:25", "[::1]", "[::1:25", "a:25:26"}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

TEST(Values, GoDurations) {
  using std::chrono::milliseconds;
  const std::vector<std::pair<std::string_view, milliseconds>> cases = {
      {"0", milliseconds{0}},           {"500ms", milliseconds{500}},
      {"1.5s", milliseconds{1500}},     {"1m30s", milliseconds{90'000}},
      {".5h", milliseconds{1'800'000}}, {"1s1m", milliseconds{61'000}},
      {"100us", milliseconds{0}},       {"2000µs", milliseconds{2}},
      {"0s", milliseconds{0}}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_go_duration(text), expected) << text;
  for (const std::string_view text : {"", "5", "s", "1d", "-1s", "+1s", "1 s", "1e3s", "1..2s",
                                      "999999999999h", "nans", "infs"}) {
    EXPECT_FALSE(parse_go_duration(text)) << text;
  }
}

}  // namespace
}  // namespace tocsin::config
