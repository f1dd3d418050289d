// The backend behind HTTP, where it is scraped and broken.
#pragma once

#include <mutex>

#include "demo/backend.h"
#include "web/router.h"

namespace tocsin::demo {

/// Any thread.
class ServedBackend {
 public:
  /// GET /metrics, POST /break/errors, /break/latency, /break/logins, /heal. It outlives the
  /// router.
  void add_to(web::Router& router);
  void begin(Trouble trouble, Timestamp now);
  void heal(Timestamp now);

 private:
  std::mutex mutex_;
  Backend backend_;
};

}  // namespace tocsin::demo
