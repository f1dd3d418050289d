// One client's connection, as the front end keeps it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "web/front/answer.h"
#include "web/front/request_reader.h"
#include "web/front/transport.h"

namespace tocsin::web {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What a connection is waiting for.
enum class Wait { Handshake, Idle, Head, Body, Worker, Taking, Lingering };
inline constexpr std::size_t kWaits = 7;

struct Connection {
  enum class Phase {
    Handshake,
    Reading,
    Checking,  ///< whether the password is right
    Handling,  ///< by a worker
    Writing,
    Lingering,  ///< refused; what still comes is thrown away until the client has read why
    Closed,     ///< to be let go
  };

  Connection(std::uint64_t number, Visitor visitor, std::shared_ptr<const TlsContext> context,
             const Limits& limits)
      : id(number),
        remote(std::move(visitor.address)),
        client(std::move(visitor.client)),
        transport(std::move(visitor.socket), std::move(context)),
        reader(limits) {}

  const std::uint64_t id;
  const std::string remote;
  const std::string client;  ///< whom it is counted for
  Transport transport;
  RequestReader reader;
  Phase phase = Phase::Handshake;
  std::uint64_t request = 0;   ///< how many have been begun: an outcome for another one is late
  bool input_over = false;     ///< the client has ended its side
  std::uint32_t interest = 0;  ///< what epoll watches it for

  Frame frame;  ///< of the request at hand
  Answer answer;
  std::size_t sent = 0;  ///< bytes of it

  std::size_t request_memory = 0;  ///< as counted among all
  std::size_t answer_memory = 0;

  Wait wait = Wait::Handshake;
  SteadyTime deadline;
  std::list<Connection*>::iterator place;                     ///< in its list of Deadlines
  SteadyTime answer_until;                                    ///< while `answering`
  std::optional<std::list<Connection*>::iterator> answering;  ///< its place in another one
};

/// Who waits for what and until when. For each kind the time is the same, so that each list is in
/// order.
class Deadlines {
 public:
  explicit Deadlines(const Limits& limits);

  void add(Connection& connection, Wait wait, SteadyTime now);
  /// Begins anew, also when it waits for the same already.
  void wait_for(Connection& connection, Wait wait, SteadyTime now);
  void remove(Connection& connection);
  /// The whole of an answer has to be taken within its own time, whatever progress there is.
  void begin_answer(Connection& connection, SteadyTime now);
  void end_answer(Connection& connection);
  /// One whose time is over, or null. It stays until it waits for something else or is removed.
  Connection* overdue(SteadyTime now);
  /// The one that has waited longest, or null.
  Connection* longest(Wait wait);
  /// Until the next deadline; `most` when that is sooner.
  std::chrono::milliseconds until_next(SteadyTime now, std::chrono::milliseconds most) const;

 private:
  std::list<Connection*>& list_of(Wait wait) { return lists_[static_cast<std::size_t>(wait)]; }

  std::array<std::chrono::milliseconds, kWaits> times_;  // 0: without end
  std::array<std::list<Connection*>, kWaits> lists_;
  std::chrono::milliseconds answer_time_;
  std::list<Connection*> answering_;
};

}  // namespace tocsin::web
