// Which handler answers which method and path.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/time.h"
#include "web/http.h"
#include "web/http_metrics.h"

namespace tocsin::web {

using Handler = std::function<Response(const Request&, Timestamp now)>;

class Router {
 public:
  /// `path` is literal except for segments "{…}", whose text becomes Request::arguments.
  void add(std::string method, std::string path, Handler handler);
  /// Moves all paths under `prefix` ("" or "/x", see parse_route_prefix()); "/" then leads there.
  void move_under(std::string prefix) { prefix_ = std::move(prefix); }

  /// Finds and calls the handler: 404 for an unknown path, 405 (with Allow) for a wrong method, 403
  /// for a write from a foreign Origin. Error from a handler is a 500 with its text; nothing else
  /// escapes. HEAD is answered as GET. Segments are told apart before %XX in them is decoded, so
  /// that %2F is a part of one. Pages of other origins may read (CORS), as from Alertmanager.
  Response handle(Request request, Timestamp now) const;

  /// Of all requests that found a handler. Shared, as a handler shows them.
  const std::shared_ptr<HttpMetrics>& metrics() const { return metrics_; }

 private:
  Response find(Request& request, Timestamp now) const;
  struct Entry {
    std::string method;
    std::string path;
    std::vector<std::string> segments;
    Handler handler;
  };
  Response call(const Entry& entry, const Request& request, Timestamp now) const;
  Response measured(const Entry& entry, const Request& request, Timestamp now) const;

  std::vector<Entry> entries_;
  std::shared_ptr<HttpMetrics> metrics_ = std::make_shared<HttpMetrics>();
  std::string prefix_;
};

/// "/x/y" of what people write for it: "x/y", "/x/y/"; "" of "" and "/". Throws Error.
std::string parse_route_prefix(std::string_view text);

/// Whether a browser on another site sent this: an Origin that is not the Host it asked.
bool is_foreign(const Request& request);

/// The body's media type is JSON (parameters such as charset aside).
bool has_json_body(const Request& request);

}  // namespace tocsin::web
