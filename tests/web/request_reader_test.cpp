// Bytes in, requests out, however the bytes are cut.
#include "web/front/request_reader.h"

#include <gmock/gmock.h>

namespace tocsin::web {
namespace {

using ::testing::ElementsAre;
using Progress = RequestReader::Progress;

/// What comes out, one text each: "METHOD path body" or "STATUS message".
std::vector<std::string> read(const std::string& bytes, std::size_t at_once,
                              const Limits& limits = {}) {
  RequestReader reader(limits);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size(); at += at_once) {
    reader.feed(std::string_view(bytes).substr(at, at_once));
    for (Progress progress; (progress = reader.advance()) != Progress::NeedsMore;) {
      if (progress == Progress::Complete) {
        const RawRequest request = reader.take();
        out.push_back(request.head.method + " " + request.head.path + " " + request.body);
      } else if (progress == Progress::Refused) {
        out.push_back(std::to_string(reader.refusal().status) + " " + reader.refusal().message);
        return out;
      }
    }
  }
  if (!reader.idle()) out.emplace_back("more is awaited");
  return out;
}

std::vector<std::string> read(const std::string& bytes, const Limits& limits = {}) {
  const std::vector<std::string> whole = read(bytes, bytes.size(), limits);
  for (const std::size_t at_once : {1, 2, 3, 7, 64}) {
    EXPECT_EQ(read(bytes, at_once, limits), whole) << at_once << " of " << bytes.substr(0, 200);
  }
  return whole;
}

const std::string kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kPost = "POST /b HTTP/1.1\r\nHost: x\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

TEST(RequestReader, ReadsOneAfterTheOther) {
  EXPECT_THAT(read(kGet), ElementsAre("GET /a "));
  EXPECT_THAT(read(kGet + kPost + "Content-Length: 3\r\n\r\nabc" + kGet + "\r\n" + kGet),
              ElementsAre("GET /a ", "POST /b abc", "GET /a ", "GET /a "));
  EXPECT_THAT(read(kChunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" + kGet),
              ElementsAre("POST /b abcde", "GET /a "));
}

TEST(RequestReader, ForgivesOneBlankLineAndNoMore) {
  EXPECT_THAT(read("\r\n" + kGet + "\r\n" + kGet + "\r\n"), ElementsAre("GET /a ", "GET /a "));
  EXPECT_THAT(read(kGet + "\r\n\r\n" + kGet),
              ElementsAre("GET /a ", "400 this is no HTTP request"));
}

TEST(RequestReader, WaitsForTheRest) {
  EXPECT_THAT(read("GET /a HTTP/1.1\r\nHost: x\r\n"), ElementsAre("more is awaited"));
  EXPECT_THAT(read(kPost + "Content-Length: 3\r\n\r\nab"), ElementsAre("more is awaited"));
  EXPECT_THAT(read(kChunked + "3\r\nabc\r\n0\r\n"), ElementsAre("more is awaited"));
}

TEST(RequestReader, TakesExtensionsAndTrailersAndForgetsThem) {
  EXPECT_THAT(
      read(kChunked + "3;a=b\r\nabc\r\n000A ; x\r\n0123456789\r\n0\r\nX: y\r\nZ: 1\r\n\r\n"),
      ElementsAre("POST /b abc0123456789"));
}

TEST(RequestReader, RefusesBadChunks) {
  for (const char* body : {
           "zz\r\nabc\r\n",
           "\r\nabc\r\n",
           "-1\r\na\r\n",
           "+1\r\na\r\n",
           "0x3\r\nabc\r\n",
           " 3\r\nabc\r\n",
           "3 4\r\nabc\r\n",
           "3\nabc\n",
           "3\r\nabcd\r\n",
           "3\r\nabcX\r\n",
           "3\r\nabc\n0\r\n\r\n",
           "3\r\nabc\r\n0\r\nA: \x01\r\n\r\n",
           "3\rabc\r\n",
       }) {
    const std::vector<std::string> out = read(kChunked + body);
    ASSERT_EQ(out.size(), 1u) << body;
    EXPECT_TRUE(out.front().starts_with("400 ")) << body << ": " << out.front();
  }
}

TEST(RequestReader, NoLimitIsPassedInPieces) {
  Limits limits;
  limits.body = 10;
  limits.head = 300;
  limits.target = 100;
  const auto status = [&](const std::string& bytes) {
    return read(bytes, limits).front().substr(0, 4);
  };
  EXPECT_EQ(status(kChunked + "6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n"), "413 ");
  EXPECT_EQ(status(kChunked + "FFFFFFFFFFFFFFFF\r\n"), "413 ");
  EXPECT_EQ(status(kChunked + "FFFFFFFFFFFFFFFFF\r\n"), "413 ");
  EXPECT_EQ(status(kChunked + "6\r\n012345\r\n4\r\n0123\r\n0\r\n\r\n"), "POST");
  EXPECT_EQ(status(kPost + "Content-Length: 11\r\n\r\n"), "413 ");
  EXPECT_EQ(status("GET /" + std::string(200, 'a')), "414 ");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX: " + std::string(300, 'a')), "431 ");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX: " + std::string(300, 'a') + "\r\n\r\n"), "431 ");
  EXPECT_EQ(status(kChunked + "1;" + std::string(2'000, 'a')), "400 ");
  std::string trailers;
  for (int i = 0; i < 20; ++i) trailers += "X: " + std::string(900, 'a') + "\r\n";
  EXPECT_EQ(status(kChunked + "0\r\n" + trailers), "431 ");
}

TEST(RequestReader, KnowsAtOnceThatItIsNotHttp) {
  EXPECT_THAT(read("\x16\x03\x01"), ElementsAre("400 this is no HTTP request"));
  EXPECT_THAT(read(std::string("\0", 1)), ElementsAre("400 this is no HTTP request"));
  EXPECT_THAT(read("\n"), ElementsAre("400 this is no HTTP request"));
}

TEST(RequestReader, HoldsLittleWhenItIsIdle) {
  Limits limits;
  RequestReader reader(limits);
  reader.feed(kPost + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'a'));
  ASSERT_EQ(reader.advance(), Progress::HeadDone);
  ASSERT_EQ(reader.advance(), Progress::Complete);
  reader.take();
  EXPECT_EQ(reader.advance(), Progress::NeedsMore);
  EXPECT_TRUE(reader.idle());
  EXPECT_LT(reader.memory(), 5'000u);
}

}  // namespace
}  // namespace tocsin::web
