// Packing and unpacking, and that a small body cannot become a large one.
#include "web/front/gzip.h"

#include <gtest/gtest.h>

#include "web/front/request.h"

namespace tocsin::web {
namespace {

TEST(Gzip, ComesBackAsItWas) {
  for (const std::size_t size : {0, 1, 1'000, 200'000}) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * i % 251);
    const auto back = gunzip(gzip(text), size);
    ASSERT_TRUE(std::holds_alternative<std::string>(back)) << size;
    EXPECT_EQ(std::get<std::string>(back), text);
  }
  const auto two = gunzip(gzip("one ") + gzip("two"), 100);
  EXPECT_EQ(std::get<std::string>(two), "one two");
}

TEST(Gzip, ABombIsRefusedWhenItPassesTheLimit) {
  const std::string bomb = gzip(std::string(std::size_t{50} << 20, '\0'));
  ASSERT_LT(bomb.size(), 500'000u);
  const auto out = gunzip(bomb, 1 << 20);
  ASSERT_TRUE(std::holds_alternative<Refusal>(out));
  EXPECT_EQ(std::get<Refusal>(out).status, 413);
  EXPECT_EQ(std::get<Refusal>(gunzip(gzip("12345"), 4)).status, 413);
}

TEST(Gzip, WhatIsNotGzipIsRefused) {
  const std::string good = gzip("hello");
  for (const std::string& text :
       {std::string(), std::string("hello"), good.substr(0, good.size() - 1), good + "x"}) {
    const auto out = gunzip(text, 100);
    ASSERT_TRUE(std::holds_alternative<Refusal>(out)) << text;
    EXPECT_EQ(std::get<Refusal>(out).status, 400);
  }
}

TEST(Request, IsUnpackedAndItsFieldsAreGathered) {
  struct Case {
    const char* encoding;
    std::string body;
    int status;  // 0: taken
  };
  for (const Case& each : std::vector<Case>{{"gzip", gzip("a=1&b=%20x"), 0},
                                            {"GZIP", gzip("a=1&b=%20x"), 0},
                                            {"identity", "a=1&b=%20x", 0},
                                            {"gzip", "a=1", 400},
                                            {"br", "a=1", 415},
                                            {"identity", "a=%", 400}}) {
    RawRequest raw;
    raw.head.method = "POST";
    raw.head.path = "/x";
    raw.head.query = "a=2&c=+";
    raw.head.headers = {{"content-encoding", each.encoding},
                        {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    raw.body = each.body;
    const auto made = make_request(std::move(raw), "1.2.3.4", Limits{});
    if (each.status != 0) {
      ASSERT_TRUE(std::holds_alternative<Refusal>(made)) << each.body;
      EXPECT_EQ(std::get<Refusal>(made).status, each.status);
      continue;
    }
    const Request& request = std::get<Request>(made);
    EXPECT_EQ(request.parameter("a"), "1");  // the form's comes first
    EXPECT_EQ(request.parameters("a").size(), 2u);
    EXPECT_EQ(request.parameter("b"), " x");
    EXPECT_EQ(request.parameter("c"), " ");
    EXPECT_EQ(request.remote, "1.2.3.4");
  }
}

}  // namespace
}  // namespace tocsin::web
