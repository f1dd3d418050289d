#include "net/remote_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"

namespace tocsin::net {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{256} << 20;
constexpr std::size_t kMaxPassedOn = std::size_t{64} << 20;
constexpr std::size_t kMaxWriteAnswer = std::size_t{64} << 10;

/// The base URL keeps its path ("/prometheus", "/select/0/prometheus") and its own parameters.
std::string api_url(const std::string& base, std::string_view api) {
  const std::size_t end = std::min(base.find_first_of("?#"), base.size());
  std::string path = base.substr(0, end);
  while (path.ends_with('/')) path.pop_back();
  return fmt::format("{}/api/v1/{}{}", path, api, base.substr(end));
}

/// Seconds with milliseconds, exactly.
std::string seconds(Duration duration) {
  const auto all = duration.count();
  const auto size = static_cast<unsigned long long>(all < 0 ? -all : all);
  return fmt::format("{}{}.{:03}", all < 0 ? "-" : "", size / 1000, size % 1000);
}

std::string unix_seconds(Timestamp at) { return seconds(at.time_since_epoch()); }

std::string parameters(const QueryTimes& times) {
  if (const auto* at = std::get_if<Timestamp>(&times)) return "time=" + unix_seconds(*at);
  const auto& range = std::get<QueryRange>(times);
  return fmt::format("start={}&end={}&step={}", unix_seconds(range.from), unix_seconds(range.to),
                     seconds(range.step));
}

/// The first line of an error body from outside, short enough for a log.
std::string first_line(std::string_view body) {
  constexpr std::size_t kMost = 300;
  body = body.substr(0, body.find_first_of("\r\n"));
  if (!is_utf8(body)) return "";
  std::string line = truncate_runes(body, kMost);
  std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return line.empty() ? "" : ": " + line;
}

std::string written(const Result& result) {
  if (const auto* failure = std::get_if<Failure>(&result)) return failure->message;
  const Response& response = std::get<Response>(result);
  if (response.status / 100 == 2) return "";
  return fmt::format("HTTP {}{}", response.status, first_line(response.body));
}

/// What `parse` makes of the body, or why there is none. The source may be gone when the answer
/// comes (a reload): nothing of it is captured.
template <class Parsed>
Client::Done when_answered(std::string source,
                           Parsed (*parse)(std::string_view source, std::string body, int status),
                           std::function<void(Parsed)> done) {
  return [source = std::move(source), parse, done = std::move(done)](Result result) {
    if (const auto* failure = std::get_if<Failure>(&result)) {
      return done(query::Failure{fmt::format("source \"{}\": {}", source, failure->message)});
    }
    auto& response = std::get<Response>(result);
    done(parse(source, std::move(response.body), response.status));
  };
}

}  // namespace

RemoteSource::RemoteSource(SourceSettings settings, Client& client)
    : settings_(std::move(settings)),
      query_url_(api_url(settings_.url, "query")),
      range_url_(api_url(settings_.url, "query_range")),
      http_(std::make_shared<const HttpSettings>(settings_.http)),
      client_(client) {}

Request RemoteSource::query(const std::string& expression, const QueryTimes& times) const {
  Request request;
  request.method = "POST";
  request.url = std::holds_alternative<Timestamp>(times) ? query_url_ : range_url_;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = fmt::format("query={}&{}&timeout={}ms", escape_query(expression),
                             parameters(times), settings_.timeout.count());
  request.timeout = settings_.timeout;
  request.max_response_bytes = kMaxAnswer;
  request.keep_headers = false;
  request.settings = http_;
  return request;
}

void RemoteSource::instant(const std::string& expression, Timestamp at,
                           std::function<void(query::Answer)> done) {
  client_.start(query(expression, at),
                when_answered(settings_.name, parse_answer, std::move(done)));
}

void RemoteSource::ask(const std::string& expression, const QueryTimes& times,
                       std::function<void(Reply)> done) {
  client_.start(query(expression, times),
                when_answered(settings_.name, parse_reply, std::move(done)));
}

void RemoteSource::pass_on(const std::string& api, const std::string& form, bool post,
                           Client::Done done) {
  Request request;
  request.url = api_url(settings_.url, api);
  if (post) {
    request.method = "POST";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form;
  } else if (!form.empty()) {
    request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + form;
  }
  request.timeout = settings_.timeout;
  request.max_response_bytes = kMaxPassedOn;
  request.keep_headers = false;
  request.settings = http_;
  client_.start(std::move(request), [name = settings_.name, done = std::move(done)](Result result) {
    if (auto* failure = std::get_if<Failure>(&result)) {
      failure->message = fmt::format("source \"{}\": {}", name, failure->message);
    }
    done(std::move(result));
  });
}

void RemoteSource::write(std::span<const query::Sample> samples,
                         std::function<void(std::string)> done) {
  if (!writable()) {
    return done(
        fmt::format("source \"{}\" has no remote_write_url to write the results of "
                    "recording rules to",
                    settings_.name));
  }
  if (samples.empty()) return done("");
  Request request;
  request.method = "POST";
  request.url = settings_.remote_write_url;
  request.headers = {{"Content-Type", "application/x-protobuf"},
                     {"Content-Encoding", "snappy"},
                     {"X-Prometheus-Remote-Write-Version", "0.1.0"}};
  request.body = encode_write_request(samples);
  request.timeout = settings_.timeout;
  request.max_response_bytes = kMaxWriteAnswer;
  request.keep_headers = false;
  request.settings = http_;
  client_.start(
      std::move(request), [name = settings_.name, done = std::move(done)](const Result& result) {
        const std::string why = written(result);
        done(why.empty() ? "" : fmt::format("remote write to source \"{}\": {}", name, why));
      });
}

}  // namespace tocsin::net
