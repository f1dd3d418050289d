// Threads that work on what waits in a bounded queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tocsin::web {

class Workers {
 public:
  using Job = std::function<void()>;

  Workers(std::size_t threads, std::size_t most_waiting);
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False when too many wait already, or after stop(). Jobs do not throw.
  bool submit(Job job);
  /// Jobs under way are finished, waiting ones are dropped. Idempotent.
  void stop();

 private:
  void work();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tocsin::web
