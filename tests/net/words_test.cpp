// What needs no network: URLs and secrets.
#include <cstdio>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "model/error.h"
#include "net/http.h"

namespace tocsin::net {
namespace {

TEST(Destination, IsSchemeHostAndPortAndNothingElse) {
  const std::pair<const char*, const char*> kCases[] = {
      {"http://prometheus", "http://prometheus:80"},
      {"https://prometheus/", "https://prometheus:443"},
      {"http://prometheus:9090/base?x=y", "http://prometheus:9090"},
      {"HTTPS://Hooks.Slack.COM/services/T0/B0/secret", "https://hooks.slack.com:443"},
      {"https://user:pass@host/x", "https://host:443"},
      {"https://user:p@ss@host:8443/x", "https://host:8443"},
      {"https://host/x@evil", "https://host:443"},
      {"https://host?token=a@b", "https://host:443"},
      {"https://host#a@b", "https://host:443"},
      {"http://host:/x", "http://host:80"},
      {"http://[::1]:9090/x", "http://[::1]:9090"},
      {"http://[fe80::1]/x", "http://[fe80::1]:80"},
      {"", "(not a URL)"},
      {"hooks.slack.com/services/secret", "(not a URL)"},
      {"http://", "(not a URL)"},
      {"http:///secret", "(not a URL)"},
      {"http://:80/secret", "(not a URL)"},
      {"http://host:80x/secret", "(not a URL)"},
      {"http://host:123456/secret", "(not a URL)"},
      {"http://ho st/secret", "(not a URL)"},
      {"http://ho\r\nst/secret", "(not a URL)"},
      {"ftp://host/secret", "(not a URL)"},
      {"ht tp://host/secret", "(not a URL)"},
  };
  for (const auto& [url, expected] : kCases) EXPECT_EQ(destination_of(url), expected) << url;
}

class SecretFile : public testing::Test {
 protected:
  ~SecretFile() override { std::remove(path_.c_str()); }
  void write(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }
  std::string read() const { return Secret{"ignored", path_}.read(); }

  std::string path_ = testing::TempDir() + "tocsin_secret_" + std::to_string(::getpid());
};

TEST(SecretText, IsGivenAsItIs) {
  EXPECT_EQ((Secret{" s3cret\n", ""}.read()), " s3cret\n");
  EXPECT_TRUE(Secret{}.empty());
  EXPECT_FALSE((Secret{"", "/some/file"}.empty()));
}

TEST_F(SecretFile, IsTrimmedAndReadAnewAtEveryUse) {
  write("  one two\r\n\n");
  EXPECT_EQ(read(), "one two");
  write("rotated");
  EXPECT_EQ(read(), "rotated");
}

TEST_F(SecretFile, ThatCannotServeIsAnErrorWithItsName) {
  EXPECT_THROW(read(), Error);
  write(" \n");
  EXPECT_THROW(read(), Error);
  write(std::string(70'000, 'x'));
  EXPECT_THROW(read(), Error);
  EXPECT_THROW((Secret{"", testing::TempDir()}.read()), Error);
  try {
    Secret{"", "/no/such/file"}.read();
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "the secret file /no/such/file cannot be read: No such file or directory");
  }
}

}  // namespace
}  // namespace tocsin::net
