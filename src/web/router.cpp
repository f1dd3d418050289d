#include "web/router.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/error.h"
#include "web/json.h"
#include "web/percent.h"

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

/// The segments as they are meant. Escapes were checked before; a bad one stands for itself.
std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments = split(path);
  for (std::string& each : segments) {
    if (each.find('%') == std::string::npos) continue;
    if (std::optional<std::string> decoded = decode_percent(each)) each = std::move(*decoded);
  }
  return segments;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
          std::vector<std::string>& arguments) {
  if (pattern.size() != path.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].starts_with('{')) {
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

Response redirect(std::string where) {
  Response response = text("", 302);
  response.headers.emplace_back("Location", std::move(where));
  return response;
}

/// What a browser asks before it lets a page send more than a plain GET: only reading is for all.
Response preflight() {
  Response response = text("", 204);
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD");
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                "Accept, Authorization, Content-Type, Origin");
  return response;
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

std::string parse_route_prefix(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return "";
  const bool is_odd = std::any_of(text.begin(), text.end(), [](char c) {
    return c <= ' ' || c == 0x7F || std::string_view("?#%\"<>\\").find(c) != std::string_view::npos;
  });
  if (is_odd) {
    throw Error(fmt::format("the route prefix \"{}\" is not a path like /tocsin", text));
  }
  return fmt::format("/{}", text);
}

void Router::add(std::string method, std::string path, Handler handler) {
  std::vector<std::string> segments = split(path);
  entries_.push_back({std::move(method), std::move(path), std::move(segments), std::move(handler)});
}

Response Router::call(const Entry& entry, const Request& request, Timestamp now) const {
  try {
    return entry.handler(request, now);
  } catch (const Error& error) {
    spdlog::error("{} {}: {}", request.method, request.path, error.what());
    return json(json_string(error.what()), 500);
  }
}

Response Router::measured(const Entry& entry, const Request& request, Timestamp now) const {
  const bool is_get = request.method == "GET";
  if (is_get) metrics_->begin_get();
  const auto start = std::chrono::steady_clock::now();
  Response response = call(entry, request, now);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (is_get) metrics_->end_get();
  metrics_->record(
      {entry.path, lower(request.method), response.status, took.count(), response.body.size()});
  return response;
}

Response Router::find(Request& request, Timestamp now) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const std::vector<std::string> path = segments_of(request.path);
  std::string allowed;
  for (const Entry& entry : entries_) {
    if (!fits(entry.segments, path, request.arguments)) continue;
    if (entry.method != method) {
      allowed += (allowed.empty() ? "" : ",") + entry.method;
      continue;
    }
    if (method != "GET" && is_foreign(request)) {
      return framework_error(403, "changes from pages of another origin are refused");
    }
    return measured(entry, request, now);
  }
  if (allowed.empty()) {
    return framework_error(404, fmt::format("path {} was not found", request.path));
  }
  if (method == "OPTIONS") return preflight();
  Response response = framework_error(
      405, fmt::format("method {} is not allowed, but [{}] are", request.method, allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Response Router::handle(Request request, Timestamp now) const {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!prefix_.empty()) {
    if (request.path == "/" && reads) return redirect(prefix_);
    if (request.path == prefix_ && reads) return redirect(prefix_ + "/");
    if (!request.path.starts_with(prefix_ + "/")) {
      return framework_error(404, fmt::format("path {} was not found", request.path));
    }
    request.path.erase(0, prefix_.size());
  }
  const bool from_a_page = !request.header("origin").empty();
  Response response = find(request, now);
  if (from_a_page && (reads || request.method == "OPTIONS")) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Vary", "Origin");
  }
  return response;
}

}  // namespace tocsin::web
