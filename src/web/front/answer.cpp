#include "web/front/answer.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include <fmt/format.h>

#include "web/front/gzip.h"

namespace tocsin::web {
namespace {

constexpr std::size_t kWorthPacking = 1 * kKiB;
constexpr std::size_t kSmall = 16 * kKiB;

std::string_view reason(int status) {
  static constexpr std::pair<int, std::string_view> kReasons[] = {
      {200, "OK"},
      {202, "Accepted"},
      {204, "No Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {413, "Request Entity Too Large"},
      {414, "Request URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Entity"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (const auto& [code, text] : kReasons) {
    if (code == status) return text;
  }
  return "Status";
}

std::string http_date(Timestamp now) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text;
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

/// No text of ours or of others can end a header.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) out += static_cast<unsigned char>(c) < ' ' || c == 0x7F ? ' ' : c;
  out.append("\r\n");
}

bool accepts_gzip(std::string_view header) {
  const std::size_t at = header.find("gzip");
  if (at == header.npos) return false;
  std::string rest(header.substr(at + 4, header.find(',', at) - at - 4));
  std::erase(rest, ' ');
  return !rest.starts_with(";q=0") || rest.find_first_of("123456789") != rest.npos;
}

}  // namespace

Frame Frame::of(const Head& head) {
  return {head.keep_alive, head.is_http_1_0, head.method == "HEAD",
          accepts_gzip(head.header("accept-encoding"))};
}

Answer write_answer(Response response, const Frame& frame, const ExtraHeaders& extra,
                    Timestamp now) {
  const bool has_body = response.status != 204 && response.status != 304;
  if (!has_body) response.body.clear();
  const bool packed =
      frame.may_pack && !frame.without_body && response.body.size() >= kWorthPacking;
  if (packed) response.body = gzip(response.body);

  Answer answer;
  answer.keep_alive = frame.keep_alive;
  std::string& out = answer.head;
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 reason(response.status));
  append_header(out, "Date", http_date(now));
  if (has_body) {
    append_header(out, "Content-Type", response.content_type);
    append_header(out, "Content-Length", std::to_string(response.body.size()));
  }
  if (packed) append_header(out, "Content-Encoding", "gzip");
  if (response.body.size() >= kWorthPacking) append_header(out, "Vary", "Accept-Encoding");
  for (const auto& [name, value] : extra) append_header(out, name, value);
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  if (!frame.keep_alive) {
    append_header(out, "Connection", "close");
  } else if (frame.is_http_1_0) {
    append_header(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  if (frame.without_body) return answer;
  if (response.body.size() <= kSmall) {
    out += response.body;
  } else {
    answer.body = std::move(response.body);
  }
  return answer;
}

Response to_response(const Refusal& refusal) {
  return text(refusal.message + "\n", refusal.status);
}

}  // namespace tocsin::web
