// Everybody whom Tocsin talks to in the demo: a backend to watch, and those who are told.
#pragma once

#include "demo/inbox.h"
#include "demo/mail_server.h"
#include "demo/served_backend.h"
#include "web/server.h"

namespace tocsin::demo {

/// Listens on ports of its own of this machine, from construction to destruction.
class StandIns {
 public:
  /// Throws Error when no port can be had.
  StandIns();
  ~StandIns();
  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;

  /// The backend, and the webhooks POST /slack and /discord.
  int http_port() const { return http_port_; }
  int mail_port() const { return mail_.port(); }
  const Inbox& inbox() const { return inbox_; }

  ServedBackend& backend() { return backend_; }

 private:
  web::Router router();

  Inbox inbox_;
  MailServer mail_{inbox_};
  ServedBackend backend_;
  web::Server server_;
  int http_port_ = 0;
};

}  // namespace tocsin::demo
