// From the bytes of a connection to its requests, one after the other. No sockets, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/front/chunks.h"
#include "web/front/head.h"

namespace tocsin::web {

/// A complete request, its body still packed when it came so.
struct RawRequest {
  Head head;
  std::string body;
};

class RequestReader {
 public:
  enum class Progress {
    NeedsMore,
    HeadDone,  ///< once for each request, before its body is looked at
    Complete,  ///< take() it
    Refused,   ///< see refusal(); nothing more is read
  };

  /// `limits` outlives it.
  explicit RequestReader(const Limits& limits) : limits_(&limits) {}

  void feed(std::string_view bytes);
  /// Goes on with what was fed. Call until it needs more.
  Progress advance();

  /// From HeadDone on.
  const Head& head() const { return request_.head; }
  const Refusal& refusal() const { return refusal_; }
  /// Nothing more will be read; its memory is given back.
  void drop();
  /// After Complete; the next request begins.
  RawRequest take();

  /// Nothing of a request has come.
  bool idle() const { return stage_ == Stage::Head && unread().empty(); }
  bool in_body() const { return stage_ == Stage::Body; }
  /// Bytes that were fed and not looked at.
  std::size_t waiting() const { return unread().size(); }
  /// Bytes that it holds.
  std::size_t memory() const { return buffer_.capacity() + request_.body.capacity(); }

 private:
  enum class Stage { Head, Body, Complete, Refused };

  std::string_view unread() const { return std::string_view(buffer_).substr(used_); }
  void use(std::size_t bytes);
  Progress refuse(Refusal refusal);
  Progress advance_head();
  Progress advance_body();
  std::optional<Refusal> too_long() const;

  const Limits* limits_;
  Stage stage_ = Stage::Head;
  std::string buffer_;
  std::size_t used_ = 0;      // of the buffer
  bool blank_line_ = false;   // one before a request is forgiven, RFC 9112 2.2
  std::size_t searched_ = 0;  // of what is unread, for the end of the head
  RawRequest request_;
  std::optional<ChunkReader> chunks_;
  Refusal refusal_;
};

}  // namespace tocsin::web
