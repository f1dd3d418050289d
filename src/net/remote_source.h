// A Prometheus-compatible HTTP API as a Source: Prometheus, Thanos, Mimir, VictoriaMetrics.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/answer.h"
#include "net/client.h"
#include "query/source.h"

namespace tocsin::net {

/// One entry of the configuration's `sources:`.
struct SourceSettings {
  std::string name;
  std::string url;               ///< base; "/api/v1/query" is appended
  std::string external_url;      ///< how people's browsers reach it; empty: url
  std::string remote_write_url;  ///< empty: recording rules are refused
  HttpSettings http;
  Duration timeout = std::chrono::seconds{30};
  /// No API over HTTP but the series in this process (series::EmbeddedSource): no URL is set.
  bool embedded = false;
  Duration retention = std::chrono::hours{2};       ///< of the embedded one, at least
  std::size_t memory_limit = std::size_t{1} << 30;  ///< of the embedded one; bytes

  /// Whether recording rules have somewhere to write to.
  bool writable() const { return embedded || !remote_write_url.empty(); }
  const std::string& browse_url() const { return external_url.empty() ? url : external_url; }
  bool operator==(const SourceSettings&) const = default;
};

/// From `from` to `to`, both included, by `step`.
struct QueryRange {
  Timestamp from;
  Timestamp to;
  Duration step{0};
};
/// One instant, or many.
using QueryTimes = std::variant<Timestamp, QueryRange>;

class RemoteSource : public query::Source {
 public:
  /// `client` outlives the source.
  RemoteSource(SourceSettings settings, Client& client);

  void instant(const std::string& expression, Timestamp at,
               std::function<void(query::Answer)> done) override;
  /// Whatever the API gives, as it is: for people, where instant() is for rules.
  void ask(const std::string& expression, const QueryTimes& times, std::function<void(Reply)> done);
  void write(std::span<const query::Sample> samples,
             std::function<void(std::string)> done) override;
  /// A question that a person asks the API, as it is: `api` is what follows /api/v1/, `form` its
  /// parameters, escaped.
  void pass_on(const std::string& api, const std::string& form, bool post, Client::Done done);
  bool writable() const override { return !settings_.remote_write_url.empty(); }

 private:
  Request query(const std::string& expression, const QueryTimes& times) const;

  SourceSettings settings_;
  std::string query_url_;
  std::string range_url_;
  std::shared_ptr<const HttpSettings> http_;
  Client& client_;
};

/// A remote-write 1.0 request body: snappy-compressed protobuf WriteRequest.
std::string encode_write_request(std::span<const query::Sample> samples);

}  // namespace tocsin::net
