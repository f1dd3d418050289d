#include "web/front/front.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/rand.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

using std::chrono::milliseconds;

// What epoll's events are about: the bell of the workers, a listener, or a connection.
constexpr std::uint64_t kWake = 0;
constexpr std::uint64_t kFirstListener = 1;
constexpr std::uint64_t kFirstConnection = 1'000;

constexpr std::size_t kScratch = 64 * kKiB;
constexpr std::size_t kOtherFiles = 128;  // descriptors that are left for everything else
constexpr std::size_t kHeavyWaiting = 16;
constexpr std::size_t kChecksWaiting = 64;
constexpr std::size_t kWriters = 16;  // they wait for one commit together
constexpr std::size_t kHeavy = 2;
constexpr milliseconds kLongestSleep{1'000};
constexpr milliseconds kRest{100};

/// More cannot be opened in any case.
std::size_t room_for_connections(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const auto files = static_cast<std::size_t>(limit.rlim_cur);
  return std::clamp<std::size_t>(files > kOtherFiles ? files - kOtherFiles : 1, 1, wanted);
}

std::size_t readers(const Limits& limits) {
  if (limits.get_concurrency > 0) return limits.get_concurrency;
  return std::max<std::size_t>(8, std::thread::hardware_concurrency());
}

void add_to(const Socket& epoll, const Socket& what, std::uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  epoll_ctl(epoll.descriptor(), EPOLL_CTL_ADD, what.descriptor(), &event);
}

std::string random_salt() {
  std::string salt(32, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size()));
  return salt;
}

}  // namespace

Front::Front(Limits limits, Protection protection, std::string prefix)
    : limits_(limits),
      readers_(readers(limits)),
      prefix_(std::move(prefix)),
      protection_(std::move(protection)),
      most_connections_(room_for_connections(limits.connections)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      next_id_(kFirstConnection),
      deadlines_(limits_),
      scratch_(kScratch),
      salt_(random_salt()),
      express_(1, limits.waiting),
      reads_(readers_, limits.waiting),
      writes_(kWriters, limits.waiting),
      heavy_(kHeavy, kHeavyWaiting),
      checks_of_passwords_(1, kChecksWaiting) {
  if (!epoll_.open() || !wake_.open()) throw Error("the system has no file descriptor left");
  add_to(epoll_, wake_, kWake);
}

Front::~Front() { stop(); }

void Front::add(Socket listening) {
  add_to(epoll_, listening, kFirstListener + listeners_.size());
  listeners_.push_back(std::move(listening));
}

void Front::start(Callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  thread_ = std::thread([this] { run(); });
}

void Front::stop() {
  if (thread_.joinable()) {
    stop_asked_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t rung = ::write(wake_.descriptor(), &one, sizeof one);
    thread_.join();
  }
  listeners_.clear();
  for (Workers* each : {&express_, &reads_, &writes_, &heavy_, &checks_of_passwords_}) each->stop();
}

void Front::run() {
  // OpenSSL writes without MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  now_ = std::chrono::steady_clock::now();
  while (!ended()) turn();
  connections_.clear();
}

void Front::turn() {
  std::array<epoll_event, 256> events;
  const milliseconds sleep = again_.empty()
                                 ? deadlines_.until_next(now_, accepting_ ? kLongestSleep : kRest)
                                 : milliseconds{0};
  const int count = epoll_wait(epoll_.descriptor(), events.data(), static_cast<int>(events.size()),
                               static_cast<int>(sleep.count()));
  now_ = std::chrono::steady_clock::now();
  std::vector<std::uint64_t> again;
  again.swap(again_);
  for (int i = 0; i < count; ++i)
    on_event(events[static_cast<std::size_t>(i)].data.u64,
             events[static_cast<std::size_t>(i)].events);
  for (const std::uint64_t id : again) on_event(id, 0);
  take_outcomes();
  while (Connection* late = deadlines_.overdue(now_)) expire(*late);
  if (!accepting_ && now_ >= accept_again_) watch_listeners(true);
  if (stop_asked_ && !stopping_) begin_to_stop();
  closed_.clear();
}

void Front::on_event(std::uint64_t id, std::uint32_t events) {
  if (id == kWake) {
    std::uint64_t rung = 0;
    [[maybe_unused]] const ssize_t read = ::read(wake_.descriptor(), &rung, sizeof rung);
    return;
  }
  if (id < kFirstConnection) {
    if (id - kFirstListener < listeners_.size()) welcome(listeners_[id - kFirstListener]);
    return;
  }
  const auto at = connections_.find(id);
  if (at == connections_.end()) return;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    close(*at->second);
  } else {
    pump(*at->second);
  }
}

void Front::begin_to_stop() {
  stopping_ = true;
  stop_until_ = now_ + limits_.stop_time;
  listeners_.clear();
  std::vector<Connection*> unneeded;
  for (const auto& [id, connection] : connections_) {
    const bool under_way = connection->phase == Phase::Handling ||
                           connection->phase == Phase::Checking ||
                           connection->phase == Phase::Writing;
    if (!under_way) unneeded.push_back(connection.get());
  }
  for (Connection* each : unneeded) close(*each);
}

bool Front::ended() const { return stopping_ && (connections_.empty() || now_ >= stop_until_); }

void Front::welcome(const Socket& listening) {
  constexpr int kAtOnce = 64;
  for (int i = 0; i < kAtOnce; ++i) {
    int error = 0;
    std::optional<Visitor> visitor = accept_from(listening, error);
    if (visitor) {
      if (make_room(*visitor)) admit(std::move(*visitor));
      continue;
    }
    if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
      rest_from_accepting();
    }
    if (error != EINTR && error != ECONNABORTED) return;
  }
}

bool Front::make_room(const Visitor& visitor) {
  const auto of_client = clients_.find(visitor.client);
  const bool client_has_room =
      of_client == clients_.end() || of_client->second < limits_.connections_per_client;
  if (client_has_room && connections_.size() >= most_connections_) {
    if (Connection* idle = deadlines_.longest(Wait::Idle)) close(*idle);
  }
  if (client_has_room && connections_.size() < most_connections_) return true;
  if (protection_.current(now_)->tls == nullptr) {
    constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 21\r\nConnection: close\r\n\r\n"
        "too many connections\n";
    ::send(visitor.socket.descriptor(), kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  spdlog::debug("connection from {} refused: there are too many", visitor.address);
  return false;
}

void Front::admit(Visitor visitor) {
  const std::uint64_t id = next_id_++;
  auto made =
      std::make_unique<Connection>(id, std::move(visitor), protection_.current(now_)->tls, limits_);
  Connection& connection = *made;
  connection.interest = EPOLLIN;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  if (epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, connection.transport.descriptor(), &event) !=
      0) {
    return;
  }
  connections_.emplace(id, std::move(made));
  ++clients_[connection.client];
  deadlines_.add(connection, Wait::Handshake, now_);
  pump(connection);
}

void Front::rest_from_accepting() {
  spdlog::debug("no file descriptor is left for a new connection");
  if (Connection* idle = deadlines_.longest(Wait::Idle)) {
    close(*idle);
    closed_.pop_back();  // its descriptor is wanted now; nobody holds it, as it was idle
    return;
  }
  watch_listeners(false);
  accept_again_ = now_ + kRest;
}

void Front::watch_listeners(bool watch) {
  accepting_ = watch;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    epoll_event event{};
    event.events = watch ? static_cast<std::uint32_t>(EPOLLIN) : 0U;
    event.data.u64 = kFirstListener + i;
    epoll_ctl(epoll_.descriptor(), EPOLL_CTL_MOD, listeners_[i].descriptor(), &event);
  }
}

void Front::expire(Connection& connection) {
  switch (connection.wait) {
    case Wait::Handshake:
    case Wait::Idle:
    case Wait::Taking:
    case Wait::Lingering:
      close(connection);
      return;
    case Wait::Head:
    case Wait::Body:
      refuse(connection, {408, "the request did not come whole in time"});
      break;
    case Wait::Worker:
      refuse(connection, {503, fmt::format("Exceeded configured timeout of {}.",
                                           format_duration(limits_.timeout))});
      break;
  }
  pump(connection);
}

void Front::close(Connection& connection) {
  if (connection.phase == Phase::Closed) return;
  connection.phase = Phase::Closed;
  deadlines_.remove(connection);
  request_memory_ -= connection.request_memory;
  answer_memory_ -= connection.answer_memory;
  if (const auto of_client = clients_.find(connection.client); --of_client->second == 0) {
    clients_.erase(of_client);
  }
  const auto at = connections_.find(connection.id);
  closed_.push_back(std::move(at->second));
  connections_.erase(at);
}

}  // namespace tocsin::web
