#include "net/client.h"

#include <algorithm>

#include "net/multi.h"

namespace tocsin::net {
namespace {

Steady::time_point deadline(Duration timeout) {
  constexpr Duration kLongest = std::chrono::hours{24};
  return Steady::now() + std::clamp(timeout, Duration{0}, kLongest);
}

}  // namespace

Client::Client() : Client(Limits{}) {}
Client::Client(Limits limits) : multi_(std::make_unique<Multi>(limits)) {}
Client::~Client() = default;

void Client::start(Request request, Done done) {
  std::string destination = destination_of(request.url);
  const auto until = deadline(request.timeout);
  multi_->add({std::move(request), std::move(done), std::move(destination), nullptr, until});
}

void Client::start(Mail mail, Done done) {
  std::string destination = destination_of(mail.server);
  const auto until = deadline(mail.timeout);
  multi_->add({std::move(mail), std::move(done), std::move(destination), nullptr, until});
}

void Client::poll(Duration wait) { multi_->poll(wait); }
void Client::wake() { multi_->wake(); }
std::size_t Client::in_flight() const { return multi_->in_flight(); }
void Client::cancel_all() { multi_->cancel_all(); }

}  // namespace tocsin::net
