// Bytes over a nonblocking connection, plain or through TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "web/front/socket.h"
#include "web/front/tls.h"

namespace tocsin::web {

enum class Io {
  Done,       ///< some bytes went through
  WantRead,   ///< nothing did: wait until the socket can be read
  WantWrite,  ///< … written
  Closed,     ///< the other side has ended, or something is broken
  PlainHttp,  ///< TLS was expected, and somebody speaks HTTP
};

struct Transferred {
  Io io = Io::Closed;
  std::size_t bytes = 0;  ///< of Io::Done
};

class Transport {
 public:
  /// Without a context: plain.
  Transport(Socket socket, std::shared_ptr<const TlsContext> context);

  int descriptor() const { return socket_.descriptor(); }
  bool is_tls() const { return session_ != nullptr; }
  /// Done when bytes may be exchanged; at once when it is plain.
  Io shake_hands();
  Transferred read(std::span<char> into);
  Transferred write(std::string_view bytes);
  /// Says that nothing more will be written.
  void end();

 private:
  struct SessionDeleter {
    void operator()(SSL* session) const;
  };
  Io why(int result);

  Socket socket_;
  std::shared_ptr<const TlsContext> context_;
  std::unique_ptr<SSL, SessionDeleter> session_;
  bool shaken_ = false;
};

}  // namespace tocsin::web
