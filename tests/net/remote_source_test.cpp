// The remote source over the wire: queries out, answers in, recording rules written.
#include "net/remote_source.h"

#include <cstring>
#include <snappy.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kEmpty = R"({"status":"success","data":{"resultType":"vector","result":[]}})";

SourceSettings settings_for(const std::string& url) {
  SourceSettings settings;
  settings.name = "prom";
  settings.url = url;
  settings.timeout = Duration{5000};
  return settings;
}

query::Answer ask(const SourceSettings& settings, const std::string& expression = "up",
                  Timestamp at = Timestamp{Duration{1700000000123}}) {
  Client client;
  std::optional<query::Answer> answer;
  {
    RemoteSource source(settings, client);
    source.instant(expression, at, [&](query::Answer got) { answer = std::move(got); });
  }  // a reload may take the source away before the answer is there
  for (int rounds = 0; !answer && rounds < 1000; ++rounds) client.poll(Duration{1000});
  return answer.value_or(query::Failure{"done was never called"});
}

std::string write(const SourceSettings& settings, std::vector<query::Sample> samples) {
  Client client;
  std::optional<std::string> outcome;
  RemoteSource source(settings, client);
  source.write(samples, [&](std::string got) { outcome = std::move(got); });
  for (int rounds = 0; !outcome && rounds < 1000; ++rounds) client.poll(Duration{1000});
  return outcome.value_or("done was never called");
}

std::string failure_of(const query::Answer& answer) {
  const auto* failure = std::get_if<query::Failure>(&answer);
  return failure == nullptr ? "it was accepted" : failure->message;
}

TEST(RemoteSource, PostsTheQueryAsAForm) {
  std::string seen;
  FakeServer server(answering([&](const std::string& request) {
    seen = request;
    return http_answer(200, kEmpty);
  }));
  SourceSettings settings = settings_for(server.url("/base/path/?extra=1"));
  settings.http.authorization = {"Bearer", Secret{"token", ""}};
  const auto answer = ask(settings, "rate(a{b=\"ü&c\"}[5m]) > 1 + 1");
  ASSERT_TRUE(std::holds_alternative<query::Samples>(answer)) << failure_of(answer);
  EXPECT_THAT(seen,
              AllOf(StartsWith("POST /base/path/api/v1/query?extra=1 HTTP/1.1\r\n"),
                    HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"),
                    HasSubstr("\r\nAuthorization: Bearer token\r\n"),
                    EndsWith("\r\n\r\nquery=rate%28a%7Bb%3D%22%C3%BC%26c%22%7D%5B5m%5D%29+%3E+"
                             "1+%2B+1&time=1700000000.123&timeout=5000ms")));
}

TEST(RemoteSource, TimesAreExactToTheMillisecond) {
  const std::pair<std::int64_t, const char*> kCases[] = {{0, "time=0.000&"},
                                                         {7, "time=0.007&"},
                                                         {-1, "time=-0.001&"},
                                                         {-1500, "time=-1.500&"},
                                                         {9999999999999, "time=9999999999.999&"}};
  for (const auto& [milliseconds, expected] : kCases) {
    std::string seen;
    FakeServer server(answering([&](const std::string& request) {
      seen = request;
      return http_answer(200, kEmpty);
    }));
    ask(settings_for(server.url()), "up", Timestamp{Duration{milliseconds}});
    EXPECT_THAT(seen, HasSubstr(expected));
  }
}

TEST(RemoteSource, AnswersOfAnyLengthArrive) {
  std::string body = R"({"status":"success","data":{"resultType":"vector","result":[)";
  for (int i = 0; i < 20'000; ++i) {
    body += (i == 0 ? "" : ",") + (R"({"metric":{"instance":"host-)" + std::to_string(i)) +
            R"("},"value":[1700000000,")" + std::to_string(i) + "\"]}";
  }
  body += "]}}";
  FakeServer server(answering([&](const std::string&) { return http_answer(200, body); }));
  const auto answer = ask(settings_for(server.url()));
  ASSERT_TRUE(std::holds_alternative<query::Samples>(answer)) << failure_of(answer);
  const auto& vector = std::get<query::Samples>(answer);
  ASSERT_EQ(vector.size(), 20'000U);
  EXPECT_EQ(vector[19'999].labels, (Labels{{"instance", "host-19999"}}));
  EXPECT_EQ(vector[19'999].value, 19'999);
}

TEST(RemoteSource, EveryFailureNamesTheSource) {
  EXPECT_THAT(failure_of(ask(settings_for("http://127.0.0.1:" + std::to_string(closed_port())))),
              StartsWith("source \"prom\": cannot connect to http://127.0.0.1:"));
  EXPECT_THAT(failure_of(ask(settings_for("nonsense"))),
              StartsWith("source \"prom\": (not a URL): "));
  FakeServer server(answering([](const std::string&) {
    return http_answer(400, R"({"status":"error","errorType":"bad_data","error":"parse error"})");
  }));
  EXPECT_EQ(failure_of(ask(settings_for(server.url()))), "source \"prom\": bad_data: parse error");
  FakeServer half([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 X\r\nContent-Length: 63\r\n\r\n{\"status\":\"success\",");
  });
  EXPECT_EQ(
      failure_of(ask(settings_for(half.url()))),
      "source \"prom\": " + half.url("") + " closed the connection before its answer was complete");
}

/// Reads protobuf as the specification says, to see what was really encoded.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) throw std::out_of_range("protobuf ends early");
    const std::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }
  /// The bytes of a field that must come next.
  std::string_view field(int number) {
    EXPECT_EQ(varint(), static_cast<std::uint64_t>(number << 3 | 2));
    return take(varint());
  }

 private:
  std::string_view bytes_;
};

query::Sample read_series(std::string_view bytes, std::size_t labels) {
  query::Sample sample;
  Reader series(bytes);
  for (std::size_t i = 0; i < labels; ++i) {
    Reader label(series.field(1));
    const std::string_view name = label.field(1);
    sample.labels.set(name, label.field(2));
    EXPECT_TRUE(label.empty());
  }
  Reader point(series.field(2));
  EXPECT_EQ(point.varint(), 9U);  // field 1, 64 bits
  std::memcpy(&sample.value, point.take(8).data(), 8);
  EXPECT_EQ(point.varint(), 16U);  // field 2, varint
  sample.at = Timestamp{Duration{static_cast<std::int64_t>(point.varint())}};
  EXPECT_TRUE(point.empty() && series.empty());
  return sample;
}

std::vector<query::Sample> some_samples() {
  return {{{{"__name__", "job:up:sum"}, {"job", std::string(200, 'x')}},
           Timestamp{Duration{1700000000123}},
           1.5},
          {{{"__name__", "b"}}, Timestamp{Duration{-1}}, -std::numeric_limits<double>::infinity()}};
}

TEST(RemoteWrite, EncodesSeriesLabelsAndSamples) {
  const auto samples = some_samples();
  const std::string compressed = encode_write_request(samples);
  std::string bytes;
  ASSERT_TRUE(snappy::Uncompress(compressed.data(), compressed.size(), &bytes));
  Reader request(bytes);
  for (const query::Sample& expected : samples) {
    const query::Sample sample = read_series(request.field(1), expected.labels.size());
    EXPECT_EQ(sample.labels, expected.labels);
    EXPECT_EQ(sample.at, expected.at);
    EXPECT_EQ(sample.value, expected.value);
  }
  EXPECT_TRUE(request.empty());
}

TEST(RemoteWrite, SendsItAsTheSpecificationSays) {
  std::string seen;
  FakeServer server(answering([&](const std::string& request) {
    seen = request;
    return http_answer(204, "");
  }));
  SourceSettings settings = settings_for("http://unused.invalid");
  settings.remote_write_url = server.url("/api/v1/write");
  settings.http.basic_auth = {Secret{"name", ""}, Secret{"pass", ""}};
  EXPECT_EQ(write(settings, some_samples()), "");
  EXPECT_THAT(seen, AllOf(StartsWith("POST /api/v1/write HTTP/1.1\r\n"),
                          HasSubstr("\r\nContent-Type: application/x-protobuf\r\n"),
                          HasSubstr("\r\nContent-Encoding: snappy\r\n"),
                          HasSubstr("\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n"),
                          HasSubstr("\r\nAuthorization: Basic "),
                          EndsWith(encode_write_request(some_samples()))));
}

TEST(RemoteWrite, SaysWhatWentWrong) {
  FakeServer server(answering([](const std::string& request) {
    return request.starts_with("POST /html")
               ? http_answer(500, "\xff\xfe")
               : http_answer(400, "out of order\tsample\nsecond line");
  }));
  SourceSettings settings = settings_for("http://unused.invalid");
  settings.remote_write_url = server.url("/x");
  EXPECT_EQ(write(settings, some_samples()),
            "remote write to source \"prom\": HTTP 400: out of ordersample");
  settings.remote_write_url = server.url("/html");
  EXPECT_EQ(write(settings, some_samples()), "remote write to source \"prom\": HTTP 500");
  settings.remote_write_url = "http://127.0.0.1:" + std::to_string(closed_port());
  EXPECT_THAT(write(settings, some_samples()),
              StartsWith("remote write to source \"prom\": cannot connect to http://127.0.0.1:"));
}

TEST(RemoteWrite, NeedsSamplesAndAPlace) {
  SourceSettings settings = settings_for("http://unused.invalid");
  EXPECT_THAT(write(settings, some_samples()),
              HasSubstr("source \"prom\" has no remote_write_url"));
  settings.remote_write_url = "http://unused.invalid/write";
  EXPECT_EQ(write(settings, {}), "");
}

}  // namespace
}  // namespace tocsin::net
