// A Response as the bytes that go over the wire.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/time.h"
#include "web/front/head.h"
#include "web/http.h"

namespace tocsin::web {

using ExtraHeaders = std::vector<std::pair<std::string, std::string>>;

/// What of a request decides how it is answered.
struct Frame {
  bool keep_alive = false;
  bool is_http_1_0 = false;
  bool without_body = false;  ///< HEAD
  bool may_pack = false;      ///< the client takes gzip

  static Frame of(const Head& head);
};

struct Answer {
  std::string head;  ///< small bodies too, so that they leave in one packet
  std::string body;
  bool keep_alive = false;

  std::size_t size() const { return head.size() + body.size(); }
  void swap(Answer& other) {
    head.swap(other.head);
    body.swap(other.body);
    std::swap(keep_alive, other.keep_alive);
  }
};

/// `now` is for the Date header.
Answer write_answer(Response response, const Frame& frame, const ExtraHeaders& extra,
                    Timestamp now);

/// A refusal as it is answered: its text and a line end.
Response to_response(const Refusal& refusal);

}  // namespace tocsin::web
