#include "web/router.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/error.h"
#include "web/json.h"

namespace tocsin::web {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  std::size_t from = 0;
  while (from <= path.size()) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    segments.emplace_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return segments;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
          std::vector<std::string>& arguments) {
  if (pattern.size() != path.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "{}") {
      if (path[i].empty()) return false;
      arguments.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

Response framework_error(int status, const std::string& message) {
  return json(fmt::format("{{\"code\":{},\"message\":{}}}", status, json_string(message)), status);
}

}  // namespace

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [each, value] : query) {
    if (each == name) return value;
  }
  return {};
}

std::vector<std::string> Request::parameters(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [each, value] : query) {
    if (each == name) values.push_back(value);
  }
  return values;
}

bool Request::flag(std::string_view name, bool otherwise) const {
  const std::string value = lower(parameter(name));
  if (value.empty()) return otherwise;
  static const std::vector<std::string> kTrue = {"true", "1",        "yes",     "ok", "y",
                                                 "on",   "selected", "checked", "t",  "enabled"};
  return std::find(kTrue.begin(), kTrue.end(), value) != kTrue.end();
}

std::string_view Request::header(const std::string& lower_case_name) const {
  const auto at = headers.find(lower_case_name);
  return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

Response text(std::string body, int status) {
  return {status, "text/plain; charset=utf-8", std::move(body), {}};
}

Response json(std::string body, int status) {
  return {status, "application/json", std::move(body), {{"Cache-Control", "no-store"}}};
}

bool is_foreign(const Request& request) {
  const std::string origin = lower(request.header("origin"));
  if (origin.empty()) return false;
  const std::string host = lower(request.header("host"));
  return origin != "http://" + host && origin != "https://" + host;
}

bool has_json_body(const Request& request) {
  const std::string type = lower(request.header("content-type"));
  return type.substr(0, type.find_first_of("; ")) == "application/json";
}

void Router::add(std::string method, std::string path, Handler handler) {
  entries_.push_back({std::move(method), split(path), std::move(handler)});
}

Response Router::handle(Request request, Timestamp now) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const std::vector<std::string> path = split(request.path);
  std::string allowed;
  for (const Entry& entry : entries_) {
    if (!fits(entry.segments, path, request.arguments)) continue;
    if (entry.method != method) {
      allowed += (allowed.empty() ? "" : ", ") + entry.method;
      continue;
    }
    if (method != "GET" && is_foreign(request)) {
      return framework_error(403, "changes from pages of another origin are refused");
    }
    try {
      return entry.handler(request, now);
    } catch (const Error& error) {
      spdlog::error("{} {}: {}", request.method, request.path, error.what());
      return json(json_string(error.what()), 500);
    }
  }
  if (allowed.empty()) {
    return framework_error(404, fmt::format("path {} was not found", request.path));
  }
  Response response = framework_error(
      405, fmt::format("method {} is not allowed, but [{}] are", request.method, allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace tocsin::web
