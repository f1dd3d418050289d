#include "demo/mail_server.h"

#include <array>
#include <poll.h>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "demo/mail_session.h"

namespace tocsin::demo {
namespace {

constexpr int kPatienceMs = 100;  // how soon it is noticed that the server stops

/// Whether there is something to read, within a moment.
bool readable(const web::Socket& socket) {
  pollfd wanted{socket.descriptor(), POLLIN, 0};
  return poll(&wanted, 1, kPatienceMs) > 0;
}

/// Answers are a few bytes: what the socket does not take at once is a client that does not read.
bool say(const web::Socket& client, std::string_view text) {
  return text.empty() || send(client.descriptor(), text.data(), text.size(), MSG_NOSIGNAL) ==
                             static_cast<ssize_t>(text.size());
}

}  // namespace

MailServer::MailServer(Inbox& inbox)
    : inbox_(inbox), listening_(web::listen_on({"127.0.0.1", 0})), thread_([this] { run(); }) {}

MailServer::~MailServer() {
  stopping_ = true;
  thread_.join();
}

void MailServer::run() {
  while (!stopping_) {
    if (!readable(listening_.socket)) continue;
    int error = 0;
    if (const auto visitor = web::accept_from(listening_.socket, error)) serve(visitor->socket);
  }
}

void MailServer::serve(const web::Socket& client) {
  MailSession session([this](const std::string& mail) { inbox_.add(read_mail(mail)); });
  if (!say(client, MailSession::greeting())) return;
  std::array<char, 16384> buffer{};
  while (!stopping_ && !session.ended()) {
    if (!readable(client)) continue;
    const ssize_t size = recv(client.descriptor(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return;
    if (!say(client, session.take({buffer.data(), static_cast<std::size_t>(size)}))) return;
  }
}

}  // namespace tocsin::demo
