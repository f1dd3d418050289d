#include "web/front/request.h"

#include <iterator>

#include <fmt/format.h>

#include "web/front/gzip.h"
#include "web/percent.h"

namespace tocsin::web {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view media_type(std::string_view header) {
  return header.substr(0, header.find_first_of("; "));
}

}  // namespace

std::variant<Request, Refusal> make_request(RawRequest raw, std::string remote,
                                            const Limits& limits) {
  Request request;
  request.method = std::move(raw.head.method);
  request.path = std::move(raw.head.path);
  request.headers = std::move(raw.head.headers);
  request.body = std::move(raw.body);
  request.remote = std::move(remote);

  const std::string encoding = lower(request.header("content-encoding"));
  if (encoding == "gzip" || encoding == "x-gzip") {
    auto unpacked = gunzip(request.body, limits.body);
    if (auto* refusal = std::get_if<Refusal>(&unpacked)) return std::move(*refusal);
    request.body = std::move(std::get<std::string>(unpacked));
  } else if (!encoding.empty() && encoding != "identity") {
    return Refusal{415, "the only Content-Encoding known here is gzip"};
  }

  // As in Go, the fields of a form come before those of the URL.
  if (lower(media_type(request.header("content-type"))) == "application/x-www-form-urlencoded") {
    auto form = parse_form(request.body);
    if (!form) return Refusal{400, "the form holds a bad escape"};
    request.query = std::move(*form);
  }
  auto query = parse_form(raw.head.query);
  if (!query) return Refusal{400, "the query holds a bad escape"};
  request.query.insert(request.query.end(), std::make_move_iterator(query->begin()),
                       std::make_move_iterator(query->end()));
  return request;
}

}  // namespace tocsin::web
