#include "web/front/request_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::web {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::size_t kKept = 4 * kKiB;  // larger buffers are given back when they are empty

/// What can begin a method. Others, such as TLS, need not be waited for.
bool may_begin(char c) { return c > ' ' && c < 0x7F; }

}  // namespace

void RequestReader::feed(std::string_view bytes) { buffer_.append(bytes); }

void RequestReader::use(std::size_t bytes) {
  used_ += bytes;
  if (used_ < buffer_.size()) return;
  used_ = 0;
  buffer_.clear();
  if (buffer_.capacity() > kKept) buffer_.shrink_to_fit();  // assigning "" would keep the memory
}

RequestReader::Progress RequestReader::refuse(Refusal refusal) {
  refusal_ = std::move(refusal);
  drop();
  return Progress::Refused;
}

void RequestReader::drop() {
  stage_ = Stage::Refused;
  used_ = 0;
  for (std::string* each : {&buffer_, &request_.body}) {
    each->clear();
    each->shrink_to_fit();
  }
}

RequestReader::Progress RequestReader::advance() {
  switch (stage_) {
    case Stage::Head:
      return advance_head();
    case Stage::Body:
      return advance_body();
    case Stage::Complete:
      return Progress::Complete;
    case Stage::Refused:
      return Progress::Refused;
  }
  return Progress::Refused;
}

std::optional<Refusal> RequestReader::too_long() const {
  const std::string_view text = unread();
  const std::size_t line = std::min(text.find('\n'), text.size());
  // The method and the version come on top of the target.
  if (line > limits_->target + 64) {
    return Refusal{414, fmt::format("the URL is longer than {} bytes", limits_->target)};
  }
  if (text.size() > limits_->head) {
    return Refusal{431, fmt::format("the headers are longer than {} bytes", limits_->head)};
  }
  return {};
}

RequestReader::Progress RequestReader::advance_head() {
  if (!blank_line_ && unread().starts_with("\r\n")) {  // after the body of the one before
    use(2);
    blank_line_ = true;
  }
  const std::string_view text = unread();
  if (text.empty() || text == "\r") return Progress::NeedsMore;
  if (!may_begin(text.front())) return refuse({400, "this is no HTTP request"});
  const std::size_t end = text.find(kEnd, searched_);
  if (end == text.npos) {
    searched_ = text.size() < kEnd.size() ? 0 : text.size() - kEnd.size() + 1;
    if (auto refusal = too_long()) return refuse(std::move(*refusal));
    return Progress::NeedsMore;
  }
  if (end + kEnd.size() > limits_->head) {
    return refuse({431, fmt::format("the headers are longer than {} bytes", limits_->head)});
  }
  auto parsed = parse_head(text.substr(0, end + kEnd.size()), *limits_);
  if (auto* refusal = std::get_if<Refusal>(&parsed)) return refuse(std::move(*refusal));
  request_.head = std::move(std::get<Head>(parsed));
  use(end + kEnd.size());
  searched_ = 0;
  blank_line_ = false;
  stage_ = Stage::Body;
  if (request_.head.body == Head::Body::Chunks) chunks_.emplace(*limits_);
  return Progress::HeadDone;
}

RequestReader::Progress RequestReader::advance_body() {
  std::string_view bytes = unread();
  const std::size_t before = bytes.size();
  bool complete = true;
  if (request_.head.body == Head::Body::Chunks) {
    if (auto refusal = chunks_->read(bytes, request_.body)) return refuse(std::move(*refusal));
    complete = chunks_->done();
  } else if (request_.head.body == Head::Body::Length) {
    const std::size_t missing = request_.head.length - request_.body.size();
    const std::string_view next = bytes.substr(0, std::min(missing, bytes.size()));
    request_.body.append(next);
    bytes.remove_prefix(next.size());
    complete = next.size() == missing;
  }
  use(before - bytes.size());
  if (!complete) return Progress::NeedsMore;
  stage_ = Stage::Complete;
  return Progress::Complete;
}

RawRequest RequestReader::take() {
  RawRequest taken = std::move(request_);
  request_ = {};
  chunks_.reset();
  stage_ = Stage::Head;
  // What is left of a large buffer is moved to a small one, so that idle connections are cheap.
  if (used_ > 0) buffer_ = std::string(unread());
  used_ = 0;
  return taken;
}

}  // namespace tocsin::web
