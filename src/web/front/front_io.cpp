// The bytes of connections: reading, writing, and what limits them.
#include <algorithm>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "web/front/front.h"

namespace tocsin::web {
namespace {

constexpr int kStepsAtOnce = 64;  // then it is the others' turn
constexpr std::size_t kWriteAtOnce = 4 * kMiB;
constexpr std::size_t kAhead = 64 * kKiB;  // of the requests after the one that is handled

constexpr std::size_t kSmall = 16 * kKiB;  // of a request
constexpr std::string_view kSpeakTls =
    "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n"
    "Client sent an HTTP request to an HTTPS server.\n";

std::string_view rest_of(const Answer& answer, std::size_t sent) {
  if (sent < answer.head.size()) return std::string_view(answer.head).substr(sent);
  return std::string_view(answer.body).substr(sent - answer.head.size());
}

}  // namespace

void Front::pump(Connection& connection) {
  for (int step = 0; step < kStepsAtOnce; ++step) {
    bool go_on = false;
    switch (connection.phase) {
      case Phase::Handshake:
        go_on = shake_hands(connection);
        break;
      case Phase::Reading:
        go_on = read_on(connection);
        break;
      case Phase::Writing:
        go_on = write_on(connection);
        break;
      case Phase::Lingering:
        go_on = discard(connection);
        break;
      case Phase::Checking:
      case Phase::Handling:
        look_ahead(connection);
        break;
      case Phase::Closed:
        break;
    }
    if (!go_on) return;
  }
  again_.push_back(connection.id);
}

bool Front::shake_hands(Connection& connection) {
  const Io io = connection.transport.shake_hands();
  if (io == Io::Done) {
    connection.phase = Phase::Reading;
    return true;
  }
  switch (io) {
    case Io::WantRead:
    case Io::WantWrite:
      watch(connection, io == Io::WantRead ? EPOLLIN : EPOLLOUT);
      return false;
    case Io::PlainHttp:
      ::send(connection.transport.descriptor(), kSpeakTls.data(), kSpeakTls.size(),
             MSG_NOSIGNAL | MSG_DONTWAIT);
      break;
    case Io::Closed:
    case Io::Done:
      break;
  }
  close(connection);
  return false;
}

bool Front::read_on(Connection& connection) {
  switch (connection.reader.advance()) {
    case RequestReader::Progress::HeadDone:
      on_head(connection);
      return true;
    case RequestReader::Progress::Complete:
      dispatch(connection);
      return true;
    case RequestReader::Progress::Refused:
      refuse(connection, connection.reader.refusal());
      return true;
    case RequestReader::Progress::NeedsMore:
      break;
  }
  wait_as_reader(connection);
  return receive(connection);
}

void Front::wait_as_reader(Connection& connection) {
  const RequestReader& reader = connection.reader;
  const Wait wait = reader.idle() ? Wait::Idle : reader.in_body() ? Wait::Body : Wait::Head;
  if (connection.wait != wait) deadlines_.wait_for(connection, wait, now_);
}

bool Front::receive(Connection& connection) {
  const Transferred got = connection.transport.read(scratch_);
  switch (got.io) {
    case Io::Done:
      break;
    case Io::WantRead:
    case Io::WantWrite:
      watch(connection, got.io == Io::WantRead ? EPOLLIN : EPOLLOUT);
      return false;
    case Io::Closed:
    case Io::PlainHttp:
      close(connection);
      return false;
  }
  connection.reader.feed({scratch_.data(), got.bytes});
  charge(connection);
  // Small requests go on longer than large ones.
  const bool is_full =
      request_memory_ > limits_.request_memory &&
      (connection.request_memory > kSmall || request_memory_ > 2 * limits_.request_memory);
  if (is_full) {
    refuse(connection, {503, "too many large requests are under way; try again later"});
  }
  return true;
}

void Front::charge(Connection& connection) {
  const std::size_t memory = connection.reader.memory();
  request_memory_ = request_memory_ - connection.request_memory + memory;
  connection.request_memory = memory;
}

bool Front::write_on(Connection& connection) {
  const Answer& answer = connection.answer;
  for (std::size_t written = 0; connection.sent < answer.size();) {
    const Transferred put = connection.transport.write(rest_of(answer, connection.sent));
    if (put.io == Io::Closed || put.io == Io::PlainHttp) {
      close(connection);
      return false;
    }
    connection.sent += put.bytes;
    written += put.bytes;
    if (put.io == Io::Done && written < kWriteAtOnce) continue;
    if (written > 0) deadlines_.wait_for(connection, Wait::Taking, now_);
    if (put.io == Io::Done) return true;
    watch(connection, put.io == Io::WantRead ? EPOLLIN : EPOLLOUT);
    return false;
  }
  finish(connection);
  return true;
}

void Front::finish(Connection& connection) {
  deadlines_.end_answer(connection);
  const bool keep_alive = connection.answer.keep_alive;
  answer_memory_ -= connection.answer_memory;
  connection.answer_memory = 0;
  Answer().swap(connection.answer);  // gives its memory back; assigning would keep it
  if (keep_alive && !stopping_) {
    connection.phase = Phase::Reading;
    return;
  }
  connection.transport.end();
  if (stopping_) {
    close(connection);
    return;
  }
  // Closed at once, the answer might be lost: the system resets a connection with unread input.
  connection.phase = Phase::Lingering;
  deadlines_.wait_for(connection, Wait::Lingering, now_);
}

bool Front::discard(Connection& connection) {
  const Transferred got = connection.transport.read(scratch_);
  if (got.io == Io::Done) return true;
  if (got.io == Io::WantRead || got.io == Io::WantWrite) {
    watch(connection, EPOLLIN);
  } else {
    close(connection);
  }
  return false;
}

void Front::look_ahead(Connection& connection) {
  while (connection.reader.waiting() < kAhead) {
    const Transferred got = connection.transport.read(scratch_);
    if (got.io == Io::WantRead) {
      watch(connection, EPOLLIN);
      return;
    }
    if (got.io != Io::Done) break;  // it has ended its side, and may still wait for the answer
    connection.reader.feed({scratch_.data(), got.bytes});
  }
  watch(connection, 0U);
}

void Front::watch(Connection& connection, std::uint32_t interest) {
  if (connection.interest == interest) return;
  connection.interest = interest;
  epoll_event event{};
  event.events = interest;
  event.data.u64 = connection.id;
  epoll_ctl(epoll_.descriptor(), EPOLL_CTL_MOD, connection.transport.descriptor(), &event);
}

void Front::start_answer(Connection& connection, Answer answer) {
  charge(connection);
  connection.answer = std::move(answer);
  connection.sent = 0;
  connection.answer_memory = connection.answer.size();
  answer_memory_ += connection.answer_memory;
  connection.phase = Phase::Writing;
  deadlines_.begin_answer(connection, now_);
  deadlines_.wait_for(connection, Wait::Taking, now_);
}

void Front::answer(Connection& connection, Response response) {
  start_answer(connection,
               write_answer(std::move(response), connection.frame,
                            protection_.current(now_)->headers, callbacks_.wall_clock()));
}

void Front::refuse(Connection& connection, const Refusal& refusal) {
  ++connection.request;  // what a worker may still say is late
  // Without a head there is nothing that could say how to answer.
  const bool has_head = connection.phase != Phase::Reading || connection.reader.in_body();
  if (!has_head) connection.frame = {};
  connection.frame.keep_alive = false;
  connection.reader.drop();
  answer(connection, to_response(refusal));
}

}  // namespace tocsin::web
