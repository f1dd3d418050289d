// The head of an HTTP/1.1 request: the line and the headers, read strictly.
//
// Whatever two readers could understand differently is refused (RFC 9112): a bare CR or LF, NUL,
// folded headers, blanks before a colon, a length given twice or together with chunks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "web/front/limits.h"

namespace tocsin::web {

/// What a client is told before its connection is closed.
struct Refusal {
  int status = 400;
  std::string message;
};

struct Head {
  enum class Body { None, Length, Chunks };

  std::string method;
  std::string path;   ///< as written, %XX and all; begins with '/' or is "*"
  std::string query;  ///< as written, without the '?'
  std::map<std::string, std::string>
      headers;  ///< names in lower case; repeated ones joined by ", "
  Body body = Body::None;
  std::uint64_t length = 0;  ///< bytes of Body::Length
  bool keep_alive = true;
  bool is_http_1_0 = false;
  bool expects_continue = false;  ///< waits for our 100 before it sends the body

  std::string_view header(const std::string& lower_case_name) const;
};

/// `text` ends with the empty line.
std::variant<Head, Refusal> parse_head(std::string_view text, const Limits& limits);

}  // namespace tocsin::web
