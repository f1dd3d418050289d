// Runs mails, each on a thread of its own: libcurl waits for the reply to a message, and for the
// goodbye, without giving the multi interface a chance to move other transfers on. A mail server
// that takes its time would hold up every query.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "net/transfer.h"

namespace tocsin::net {

class MailRunner {
 public:
  /// `wake` is called from other threads whenever a mail has ended.
  explicit MailRunner(std::function<void()> wake);
  /// Ends what runs and waits for it: a second at most.
  ~MailRunner();
  MailRunner(const MailRunner&) = delete;
  MailRunner& operator=(const MailRunner&) = delete;

  /// REQUIRES: the handle is set up for its mail.
  void start(std::unique_ptr<Handle> handle);

  struct Ended {
    std::unique_ptr<Handle> handle;
    CURLcode code;
  };
  /// One that has ended, or nothing.
  std::optional<Ended> take_ended();

  /// Gives back everything that runs, to be told so; the mails themselves end unheard.
  std::vector<Transfer> abandon_all();

 private:
  struct Run {
    std::unique_ptr<Handle> handle;
    CURLcode code = CURLE_OK;
    std::atomic<bool> ended = false;  ///< set last by the thread; then handle and code are ours
    bool abandoned = false;
    std::thread thread;
  };

  std::function<void()> wake_;
  std::vector<std::unique_ptr<Run>> runs_;
};

}  // namespace tocsin::net
