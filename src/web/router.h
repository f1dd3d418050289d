// Which handler answers which method and path.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/time.h"
#include "web/http.h"

namespace tocsin::web {

using Handler = std::function<Response(const Request&, Timestamp now)>;

class Router {
 public:
  /// `path` is literal except for segments "{}", whose text becomes Request::arguments.
  void add(std::string method, std::string path, Handler handler);

  /// Finds and calls the handler: 404 for an unknown path, 405 (with Allow) for a wrong method, 403
  /// for a write from a foreign Origin. Error from a handler is a 500 with its text; nothing else
  /// escapes. HEAD is answered as GET.
  Response handle(Request request, Timestamp now) const;

 private:
  struct Entry {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Entry> entries_;
};

/// Whether a browser on another site sent this: an Origin that is not the Host it asked.
bool is_foreign(const Request& request);

/// The body's media type is JSON (parameters such as charset aside).
bool has_json_body(const Request& request);

}  // namespace tocsin::web
