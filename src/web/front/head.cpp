#include "web/front/head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "web/percent.h"

namespace tocsin::web {
namespace {

using MaybeRefusal = std::optional<Refusal>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }

std::string_view trim(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// Takes the next line off `text`; nullopt when a CR or LF stands alone.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  if (end == std::string_view::npos || text.substr(end, 2) != "\r\n") return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

MaybeRefusal read_version(std::string_view version, Head& head) {
  const bool is_http = version.size() == 8 && version.starts_with("HTTP/") && version[5] >= '0' &&
                       version[5] <= '9' && version[6] == '.' && version[7] >= '0' &&
                       version[7] <= '9';
  if (!is_http) return Refusal{400, "the request line is not METHOD TARGET HTTP/1.1"};
  if (version[5] != '1') return Refusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  head.is_http_1_0 = version[7] == '0';
  return {};
}

/// "http://host/path": what is sent to proxies; servers have to take it too.
std::string_view take_authority(std::string_view target, Head& head) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (lower(target.substr(0, scheme.size())) != scheme) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    head.headers["host"] = target.substr(0, end);
    return target.substr(end);
  }
  return target;
}

MaybeRefusal read_target(std::string_view target, const Limits& limits, Head& head) {
  if (target.size() > limits.target) {
    return Refusal{414, fmt::format("the URL is longer than {} bytes", limits.target)};
  }
  const bool is_absolute = !target.starts_with('/') && target != "*";
  if (is_absolute) {
    target = take_authority(target, head);
    if (head.headers["host"].empty()) return Refusal{400, "the target is no path"};
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  head.path = target.substr(0, question);
  if (head.path.empty()) head.path = "/";
  head.query = target.substr(std::min(question + 1, target.size()));
  const std::optional<std::string> decoded = decode_percent(head.path);
  if (!decoded || std::any_of(decoded->begin(), decoded->end(), is_control)) {
    return Refusal{400, "the path holds a bad escape or a control character"};
  }
  if (!decode_percent(head.query)) return Refusal{400, "the query holds a bad escape"};
  return {};
}

MaybeRefusal read_request_line(std::string_view line, const Limits& limits, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refusal{400, "the request line is not METHOD TARGET HTTP/1.1"};
  }
  head.method = line.substr(0, first);
  if (!is_token(head.method) || head.method.size() > 32) {
    return Refusal{400, "the method is no word"};
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const bool is_odd =
      std::any_of(target.begin(), target.end(), [](char c) { return c == ' ' || is_control(c); });
  if (target.empty() || is_odd) return Refusal{400, "the target holds what no URL may hold"};
  if (MaybeRefusal refusal = read_version(line.substr(last + 1), head)) return refusal;
  return read_target(target, limits, head);
}

/// Those that are lists may come in several lines; of those that decide something, one it is.
bool may_repeat(const std::string& name) {
  constexpr std::array<std::string_view, 9> kSingle = {
      "host",          "content-length",   "transfer-encoding",
      "content-type",  "content-encoding", "expect",
      "authorization", "origin",           "user-agent"};
  return std::find(kSingle.begin(), kSingle.end(), name) == kSingle.end();
}

MaybeRefusal read_header(std::string_view line, Head& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return Refusal{400, "a header is not NAME: VALUE on one line"};
  }
  const std::string_view value = trim(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; })) {
    return Refusal{400, "a header holds a control character"};
  }
  const std::string name = lower(line.substr(0, colon));
  const auto [at, is_new] = head.headers.emplace(name, value);
  if (is_new) return {};
  if (!may_repeat(name)) return Refusal{400, fmt::format("header {} is given twice", name)};
  at->second.append(", ").append(value);
  return {};
}

MaybeRefusal read_headers(std::string_view text, const Limits& limits, Head& head) {
  // The authority of an absolute target stands for the Host header, which is still required.
  std::string authority;
  if (const auto at = head.headers.find("host"); at != head.headers.end()) {
    authority = std::move(at->second);
    head.headers.erase(at);
  }
  for (std::size_t count = 0;; ++count) {
    const std::optional<std::string_view> line = take_line(text);
    if (!line) return Refusal{400, "a line does not end with CR LF"};
    if (line->empty()) break;
    if (count == limits.headers) {
      return Refusal{431, fmt::format("there are more than {} headers", limits.headers)};
    }
    if (MaybeRefusal refusal = read_header(*line, head)) return refusal;
  }
  if (!text.empty()) return Refusal{400, "a line does not end with CR LF"};
  if (!head.is_http_1_0 && !head.headers.contains("host")) {
    return Refusal{400, "the Host header is missing"};
  }
  if (!authority.empty()) head.headers["host"] = std::move(authority);
  return {};
}

MaybeRefusal read_length(std::string_view text, const Limits& limits, Head& head) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, head.length);
  const bool is_digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!is_digits) return Refusal{400, "Content-Length is no number"};
  if (error != std::errc() || stop != end || head.length > limits.body) {
    return Refusal{413, fmt::format("the body is larger than {} bytes", limits.body)};
  }
  head.body = Head::Body::Length;
  return {};
}

MaybeRefusal read_framing(const Limits& limits, Head& head) {
  const auto length = head.headers.find("content-length");
  const auto encoding = head.headers.find("transfer-encoding");
  const bool has_length = length != head.headers.end();
  if (encoding == head.headers.end()) {
    return has_length ? read_length(length->second, limits, head) : std::nullopt;
  }
  if (has_length) return Refusal{400, "Content-Length and Transfer-Encoding exclude each other"};
  if (head.is_http_1_0) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (lower(encoding->second) != "chunked") {
    return Refusal{501, "the only Transfer-Encoding known here is chunked"};
  }
  head.body = Head::Body::Chunks;
  return {};
}

bool lists(std::string_view header, std::string_view word) {
  const std::string all = lower(header);
  std::string_view rest = all;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (trim(rest.substr(0, comma)) == word) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

MaybeRefusal read_wishes(Head& head) {
  const std::string_view connection = head.header("connection");
  head.keep_alive =
      head.is_http_1_0 ? lists(connection, "keep-alive") : !lists(connection, "close");
  const std::string expect = lower(head.header("expect"));
  if (expect.empty() || head.is_http_1_0) return {};
  if (expect != "100-continue") return Refusal{417, "the only Expect known here is 100-continue"};
  head.expects_continue = true;
  return {};
}

}  // namespace

std::string_view Head::header(const std::string& lower_case_name) const {
  const auto at = headers.find(lower_case_name);
  return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

std::variant<Head, Refusal> parse_head(std::string_view text, const Limits& limits) {
  Head head;
  if (text.find('\0') != std::string_view::npos) return Refusal{400, "the head holds a NUL"};
  const std::optional<std::string_view> line = take_line(text);
  if (!line) return Refusal{400, "a line does not end with CR LF"};
  if (MaybeRefusal refusal = read_request_line(*line, limits, head)) return *refusal;
  if (MaybeRefusal refusal = read_headers(text, limits, head)) return *refusal;
  if (MaybeRefusal refusal = read_framing(limits, head)) return *refusal;
  if (MaybeRefusal refusal = read_wishes(head)) return *refusal;
  return head;
}

}  // namespace tocsin::web
