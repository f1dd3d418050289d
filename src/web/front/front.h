// The front end: one thread that owns all sockets, their deadlines and limits, and workers that
// handle complete requests.
//
// A connection costs a few hundred bytes while it is idle and never a thread. A worker is held by
// nothing but a handler: it gets a request when the last byte of it has come, and hands over an
// answer that the thread of the sockets writes as fast as the client takes it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "web/front/connection.h"
#include "web/front/workers.h"
#include "web/protection.h"

namespace tocsin::web {

class Front {
 public:
  struct Callbacks {
    std::function<Response(Request)> handle;  ///< on a worker's thread
    std::function<Timestamp()> wall_clock;    ///< for the Date header
    std::function<void()> on_refused_get;     ///< too many are worked on already
  };

  /// `prefix` is the route prefix, "" or "/x". Throws Error when the system has no epoll left.
  Front(Limits limits, Protection protection, std::string prefix);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  /// Before start().
  void add(Socket listening);
  /// Before start(): somebody has to be kept out, however the web configuration changes.
  void require_protection() { protection_.require(); }
  void start(Callbacks callbacks);
  /// Nobody new is let in, requests under way are answered while there is time. Idempotent.
  void stop();

 private:
  using Phase = Connection::Phase;

  /// What a worker has to say about a request.
  struct Verdict {
    std::string client;
    std::string digest;
    bool right = false;
  };
  struct Outcome {
    std::uint64_t id = 0;
    std::uint64_t request = 0;
    std::variant<Answer, Verdict> what;
  };

  // front.cpp: the loop, and who is let in.
  void run();
  void turn();
  void on_event(std::uint64_t id, std::uint32_t events);
  void begin_to_stop();
  bool ended() const;
  void welcome(const Socket& listening);
  bool make_room(const Visitor& visitor);
  void admit(Visitor visitor);
  void rest_from_accepting();
  void watch_listeners(bool watch);
  void expire(Connection& connection);
  void close(Connection& connection);

  // front_io.cpp: bytes. The functions that return bool say whether to go on at once.
  void pump(Connection& connection);
  bool shake_hands(Connection& connection);
  bool read_on(Connection& connection);
  bool receive(Connection& connection);
  bool write_on(Connection& connection);
  bool discard(Connection& connection);
  void look_ahead(Connection& connection);
  void finish(Connection& connection);
  void watch(Connection& connection, std::uint32_t interest);
  void wait_as_reader(Connection& connection);
  void charge(Connection& connection);
  void start_answer(Connection& connection, Answer answer);
  void answer(Connection& connection, Response response);
  void refuse(Connection& connection, const Refusal& refusal);

  // front_work.cpp: requests.
  void on_head(Connection& connection);
  void answer_early(Connection& connection, Response response);
  void check(Connection& connection, Credentials credentials, std::string digest);
  void go_on(Connection& connection);
  void dispatch(Connection& connection);
  Workers& lane_of(const RawRequest& request);
  Answer work(RawRequest request, const std::string& remote, const Frame& frame,
              const WebConfig& config) const;
  void hand_over(Outcome outcome);
  void take_outcomes();
  void take(Outcome outcome);
  bool within_rate(const WebConfig& config);
  bool proves_itself(const Head& head) const;

  const Limits limits_;
  const std::size_t readers_;  // GETs that are worked on at once
  const std::string prefix_;
  Protection protection_;
  Callbacks callbacks_;
  std::size_t most_connections_;

  Socket epoll_;
  Socket wake_;
  std::vector<Socket> listeners_;
  bool accepting_ = true;
  SteadyTime accept_again_{};
  std::atomic<bool> stop_asked_ = false;
  bool stopping_ = false;
  SteadyTime stop_until_{};

  SteadyTime now_{};  // of this turn of the loop
  std::uint64_t next_id_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> closed_;       // in this turn
  std::vector<std::uint64_t> again_;                      // have more to do in the next turn
  std::unordered_map<std::string, std::size_t> clients_;  // how many connections each has
  Deadlines deadlines_;
  std::vector<char> scratch_;
  std::size_t request_memory_ = 0;
  std::size_t answer_memory_ = 0;

  std::string salt_;  // of digests
  Verdicts verdicts_;
  std::unordered_map<std::string, std::size_t> checks_;  // under way, by client
  double tokens_ = 0;                                    // of the rate limit
  SteadyTime tokens_at_{};

  std::mutex outcomes_mutex_;
  std::vector<Outcome> outcomes_;

  // The last members: their threads use the others.
  Workers express_;  // whether we are alive: is never kept waiting by the others
  Workers reads_;
  Workers writes_;
  Workers heavy_;  // large bodies: few at a time, as they are unpacked and parsed in memory
  Workers checks_of_passwords_;
  std::thread thread_;
};

}  // namespace tocsin::web
