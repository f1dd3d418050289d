// A mail server for the demo, on this machine only.
#pragma once

#include <atomic>
#include <thread>

#include "demo/inbox.h"
#include "web/front/socket.h"

namespace tocsin::demo {

/// One client at a time is served, the others wait: there is one who sends.
class MailServer {
 public:
  /// `inbox` outlives the server. Throws Error when no port can be had.
  explicit MailServer(Inbox& inbox);
  ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  int port() const { return listening_.port; }

 private:
  void run();
  void serve(const web::Socket& client);

  Inbox& inbox_;
  web::Listening listening_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tocsin::demo
