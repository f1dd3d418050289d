#include "web/refusal.h"

#include <algorithm>

#include <fmt/format.h>

#include "web/json.h"
#include "web/router.h"

namespace tocsin::web {

Response refuse(const SchemaError& error) {
  return json(fmt::format("{{\"code\":{},\"message\":{}}}", error.code, json_string(error.message)),
              error.status);
}

Response bad_request(std::string_view message) { return json(json_string(message) + "\n", 400); }

namespace {

bool accepts_json(std::string_view accept) {
  if (accept.empty()) return true;
  while (!accept.empty()) {
    const std::size_t comma = std::min(accept.find(','), accept.size());
    std::string_view type = accept.substr(0, comma);
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.front() == ' ') type.remove_prefix(1);
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    if (type == "*/*" || type == "application/*" || type == "application/json") return true;
    accept.remove_prefix(std::min(comma + 1, accept.size()));
  }
  return false;
}

}  // namespace

Handler gives_json(Handler handler) {
  return [handler = std::move(handler)](const Request& request, Timestamp now) {
    if (accepts_json(request.header("accept"))) return handler(request, now);
    return refuse(
        {406, 406, "unsupported media type requested, only [application/json] are available"});
  };
}

std::optional<SchemaError> wrong_media_type(const Request& request) {
  if (has_json_body(request)) return std::nullopt;
  return SchemaError{
      415, 415,
      fmt::format("unsupported media type \"{}\", only [application/json] are allowed",
                  request.header("content-type"))};
}

}  // namespace tocsin::web
