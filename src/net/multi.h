// The inside of Client: queues per destination, pooled handles, curl's multi handle.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/mail_runner.h"
#include "net/token_cache.h"
#include "net/transfer.h"

namespace tocsin::net {

/// One destination: what runs, what waits its turn.
struct Place {
  int running = 0;
  int max_running = 0;
  std::deque<Transfer> waiting;
};

class Client::Multi {
 public:
  explicit Multi(Limits limits);
  ~Multi() = default;
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  void add(Transfer transfer);
  void poll(Duration wait);
  void wake();
  std::size_t in_flight() const { return in_flight_; }
  void cancel_all();

 private:
  struct Ended {
    Transfer transfer;
    Result result;
  };

  void add_to_place(Transfer transfer);
  void start_again(Transfer transfer);
  void launch_waiting(Place& place);
  void launch(Transfer transfer);
  void end(Transfer transfer, Failure::Kind kind, const std::string& message);
  void deliver_ended();
  void collect();
  void collect_mails();
  void finish(std::unique_ptr<Handle> handle, CURLcode code);
  bool goes_on(Handle& handle, CURLcode code, Result& result);
  void expire_waiting(Steady::time_point now);
  void set_up(Handle& handle);
  std::unique_ptr<Handle> take_handle(const Transfer& transfer);
  std::unique_ptr<Handle> take_out(Handle& running);
  void give_back(std::unique_ptr<Handle> handle);
  void drop_if_unused(const std::string& destination);

  struct Cleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  Limits limits_;
  std::unique_ptr<CURLM, Cleanup> multi_;  ///< outlives all handles
  std::unordered_map<std::string, Place> places_;
  std::vector<std::unique_ptr<Handle>> running_;
  std::vector<std::unique_ptr<Handle>> idle_;
  std::deque<Ended> ended_;  ///< their `done` is to be called
  std::size_t in_flight_ = 0;
  std::size_t waiting_ = 0;
  /// Not later than the first deadline of what waits.
  Steady::time_point next_expiry_ = Steady::time_point::max();
  TokenCache tokens_;
  MailRunner mails_;  ///< last, hence gone first: its threads wake `multi_`
};

}  // namespace tocsin::net
