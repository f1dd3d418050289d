#include "web/front/transport.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace tocsin::web {
namespace {

Transferred transferred(ssize_t result, Io when_full) {
  if (result > 0) return {Io::Done, static_cast<std::size_t>(result)};
  if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    return {when_full, 0};
  }
  return {Io::Closed, 0};
}

int bounded(std::size_t size) {
  return static_cast<int>(
      std::min<std::size_t>(size, static_cast<std::size_t>(std::numeric_limits<int>::max())));
}

}  // namespace

void Transport::SessionDeleter::operator()(SSL* session) const { SSL_free(session); }

Transport::Transport(Socket socket, std::shared_ptr<const TlsContext> context)
    : socket_(std::move(socket)), context_(std::move(context)) {
  if (!context_) return;
  session_.reset(SSL_new(context_->get()));
  if (session_) {
    SSL_set_fd(session_.get(), socket_.descriptor());
    SSL_set_accept_state(session_.get());
  }
}

Io Transport::why(int result) {
  const int error = SSL_get_error(session_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return Io::WantRead;
  if (error == SSL_ERROR_WANT_WRITE) return Io::WantWrite;
  const bool is_http =
      error == SSL_ERROR_SSL && ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  ERR_clear_error();
  return is_http ? Io::PlainHttp : Io::Closed;
}

Io Transport::shake_hands() {
  if (!context_) return Io::Done;
  if (!session_) return Io::Closed;
  ERR_clear_error();
  const int result = SSL_do_handshake(session_.get());
  if (result != 1) return why(result);
  shaken_ = true;
  X509* certificate = SSL_get0_peer_certificate(session_.get());
  return context_->allows(certificate) ? Io::Done : Io::Closed;
}

Transferred Transport::read(std::span<char> into) {
  if (!context_) {
    return transferred(::recv(socket_.descriptor(), into.data(), into.size(), 0), Io::WantRead);
  }
  ERR_clear_error();
  const int result = SSL_read(session_.get(), into.data(), bounded(into.size()));
  if (result > 0) return {Io::Done, static_cast<std::size_t>(result)};
  return {why(result), 0};
}

Transferred Transport::write(std::string_view bytes) {
  if (!context_) {
    return transferred(::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                       Io::WantWrite);
  }
  ERR_clear_error();
  const int result = SSL_write(session_.get(), bytes.data(), bounded(bytes.size()));
  if (result > 0) return {Io::Done, static_cast<std::size_t>(result)};
  return {why(result), 0};
}

void Transport::end() {
  if (session_ && shaken_) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
    ERR_clear_error();
  }
  ::shutdown(socket_.descriptor(), SHUT_WR);
}

}  // namespace tocsin::web
