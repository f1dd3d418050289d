#include <algorithm>

#include "web/front/connection.h"

namespace tocsin::web {

Deadlines::Deadlines(const Limits& limits)
    : times_{limits.handshake_time, limits.idle_time,  limits.head_time,  limits.body_time,
             limits.timeout,        limits.stall_time, limits.linger_time},
      answer_time_(limits.answer_time) {}

void Deadlines::add(Connection& connection, Wait wait, SteadyTime now) {
  const std::chrono::milliseconds time = times_[static_cast<std::size_t>(wait)];
  connection.wait = wait;
  connection.deadline = time.count() == 0 ? SteadyTime::max() : now + time;
  std::list<Connection*>& list = list_of(wait);
  connection.place = list.insert(list.end(), &connection);
}

void Deadlines::wait_for(Connection& connection, Wait wait, SteadyTime now) {
  const std::chrono::milliseconds time = times_[static_cast<std::size_t>(wait)];
  std::list<Connection*>& to = list_of(wait);
  to.splice(to.end(), list_of(connection.wait), connection.place);
  connection.wait = wait;
  connection.deadline = time.count() == 0 ? SteadyTime::max() : now + time;
}

void Deadlines::remove(Connection& connection) {
  list_of(connection.wait).erase(connection.place);
  end_answer(connection);
}

void Deadlines::begin_answer(Connection& connection, SteadyTime now) {
  end_answer(connection);
  connection.answer_until = now + answer_time_;
  connection.answering = answering_.insert(answering_.end(), &connection);
}

void Deadlines::end_answer(Connection& connection) {
  if (!connection.answering) return;
  answering_.erase(*connection.answering);
  connection.answering.reset();
}

Connection* Deadlines::overdue(SteadyTime now) {
  if (!answering_.empty() && answering_.front()->answer_until <= now) return answering_.front();
  for (std::list<Connection*>& list : lists_) {
    if (!list.empty() && list.front()->deadline <= now) return list.front();
  }
  return nullptr;
}

Connection* Deadlines::longest(Wait wait) {
  std::list<Connection*>& list = list_of(wait);
  return list.empty() ? nullptr : list.front();
}

std::chrono::milliseconds Deadlines::until_next(SteadyTime now,
                                                std::chrono::milliseconds most) const {
  using std::chrono::milliseconds;
  SteadyTime next = now + most;
  if (!answering_.empty()) next = std::min(next, answering_.front()->answer_until);
  for (const std::list<Connection*>& list : lists_) {
    if (!list.empty()) next = std::min(next, list.front()->deadline);
  }
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(next - now));
}

}  // namespace tocsin::web
