// What is done with a request: who may ask, who works on it, and what comes of it.
#include <algorithm>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "notifiers/silence_link.h"
#include "web/front/front.h"
#include "web/front/request.h"

namespace tocsin::web {
namespace {

constexpr std::size_t kHeavyBody = 1 * kMiB;
constexpr std::size_t kChecksOfOneClient = 4;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Response unauthorized() {
  Response response = text("Unauthorized\n", 401);
  response.headers.emplace_back("WWW-Authenticate", "Basic");
  return response;
}

Response overloaded(std::string message) {
  Response response = text(std::move(message), 503);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

/// The credentials were checked with the head; where nobody checks any, anybody may write anything.
void name_user(Request& request, const WebConfig& config) {
  if (config.users.empty()) return;
  const auto credentials = parse_basic_auth(request.header("authorization"));
  if (credentials) request.user = credentials->user;
}

bool is_read(const Head& head) { return head.method == "GET" || head.method == "HEAD"; }

}  // namespace

bool Front::within_rate(const WebConfig& config) {
  if (config.rate_interval <= Duration{0}) return true;
  const auto burst = static_cast<double>(config.rate_burst);
  const double passed = std::chrono::duration<double>(now_ - tokens_at_) /
                        std::chrono::duration<double>(config.rate_interval);
  tokens_ = tokens_at_ == SteadyTime{} ? burst : std::min(burst, tokens_ + passed);
  tokens_at_ = now_;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

/// Links in messages are signed, which their handler checks before anything else, and need no
/// password; nothing can be uploaded that way. Who gives a password is held to it.
bool Front::proves_itself(const Head& head) const {
  const std::string_view path = head.path;
  return path.starts_with(prefix_) && path.substr(prefix_.size()) == notifiers::kSilencePath &&
         (is_read(head) || head.method == "POST") && head.header("authorization").empty() &&
         (head.body == Head::Body::None || (head.body == Head::Body::Length && head.length == 0));
}

void Front::on_head(Connection& connection) {
  const Head& head = connection.reader.head();
  ++connection.request;
  connection.frame = Frame::of(head);
  const std::shared_ptr<const WebConfig> config = protection_.current(now_);
  if (!within_rate(*config)) return answer_early(connection, text("Too Many Requests\n", 429));
  if (config->users.empty() || proves_itself(head)) return go_on(connection);
  std::optional<Credentials> credentials = parse_basic_auth(head.header("authorization"));
  if (!credentials) return answer_early(connection, unauthorized());
  std::string digest = config->users.digest(*credentials, salt_);
  const std::optional<bool> known = verdicts_.find(digest);
  if (!known) return check(connection, std::move(*credentials), std::move(digest));
  if (!*known) return answer_early(connection, unauthorized());
  go_on(connection);
}

/// Before the body has come, which nobody will read.
void Front::answer_early(Connection& connection, Response response) {
  if (connection.reader.head().body == Head::Body::None) {
    connection.reader.advance();
    connection.reader.take();
  } else {
    connection.frame.keep_alive = false;
  }
  answer(connection, std::move(response));
}

/// bcrypt takes its time: one thread does it, and no client may fill its queue alone.
void Front::check(Connection& connection, Credentials credentials, std::string digest) {
  std::size_t& of_client = checks_[connection.client];
  Outcome outcome{connection.id, connection.request, Verdict{connection.client, std::move(digest)}};
  auto job = [this, config = protection_.current(now_), credentials = std::move(credentials),
              outcome = std::move(outcome)]() mutable {
    std::get<Verdict>(outcome.what).right = config->users.check(credentials);
    hand_over(std::move(outcome));
  };
  if (of_client >= kChecksOfOneClient || !checks_of_passwords_.submit(std::move(job))) {
    if (of_client == 0) checks_.erase(connection.client);
    return answer_early(connection, overloaded("too many passwords are being checked\n"));
  }
  ++of_client;
  connection.phase = Phase::Checking;
  deadlines_.wait_for(connection, Wait::Worker, now_);
}

void Front::go_on(Connection& connection) {
  connection.phase = Phase::Reading;
  const Head& head = connection.reader.head();
  const bool is_asked = head.expects_continue && head.body != Head::Body::None;
  if (!is_asked || connection.reader.waiting() > 0) return;
  const Transferred put = connection.transport.write(kContinue);
  if (put.io != Io::Done || put.bytes != kContinue.size()) close(connection);
}

Workers& Front::lane_of(const RawRequest& request) {
  const bool packed = request.head.headers.contains("content-encoding");
  if (packed || request.body.size() > kHeavyBody) return heavy_;
  if (!is_read(request.head)) return writes_;
  const std::string_view path = request.head.path;
  const bool about_us = path.starts_with(prefix_) && path.substr(prefix_.size()).starts_with("/-/");
  return about_us ? express_ : reads_;
}

void Front::dispatch(Connection& connection) {
  auto request = std::make_shared<RawRequest>(connection.reader.take());
  connection.phase = Phase::Handling;
  deadlines_.wait_for(connection, Wait::Worker, now_);
  if (answer_memory_ > limits_.answer_memory) {
    return answer(connection,
                  overloaded("too many large answers wait to be fetched, try again later.\n"));
  }
  Workers& lane = lane_of(*request);
  const bool taken = lane.submit([this, id = connection.id, number = connection.request, request,
                                  remote = connection.remote, frame = connection.frame,
                                  config = protection_.current(now_)] {
    hand_over({id, number, work(std::move(*request), remote, frame, *config)});
  });
  if (taken) return;
  if (&lane != &reads_) {
    return answer(connection,
                  overloaded("too many requests wait to be handled, try again later.\n"));
  }
  if (callbacks_.on_refused_get) callbacks_.on_refused_get();
  answer(connection,
         overloaded(fmt::format("Limit of concurrent GET requests reached ({}), try again later.\n",
                                readers_)));
}

Answer Front::work(RawRequest raw, const std::string& remote, const Frame& frame,
                   const WebConfig& config) const {
  Response response;
  try {
    auto request = make_request(std::move(raw), remote, limits_);
    auto* refusal = std::get_if<Refusal>(&request);
    if (refusal == nullptr) name_user(std::get<Request>(request), config);
    response = refusal != nullptr ? to_response(*refusal)
                                  : callbacks_.handle(std::move(std::get<Request>(request)));
    return write_answer(std::move(response), frame, config.headers, callbacks_.wall_clock());
  } catch (const std::exception& error) {  // the unit of work that ends here is the request
    spdlog::error("a request failed: {}", error.what());
  }
  return write_answer(text("Internal Server Error\n", 500), frame, config.headers,
                      callbacks_.wall_clock());
}

void Front::hand_over(Outcome outcome) {
  bool is_first = false;
  {
    const std::lock_guard lock(outcomes_mutex_);
    is_first = outcomes_.empty();
    outcomes_.push_back(std::move(outcome));
  }
  if (!is_first) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t rung = ::write(wake_.descriptor(), &one, sizeof one);
}

void Front::take_outcomes() {
  std::vector<Outcome> outcomes;
  {
    const std::lock_guard lock(outcomes_mutex_);
    outcomes.swap(outcomes_);
  }
  for (Outcome& each : outcomes) take(std::move(each));
}

void Front::take(Outcome outcome) {
  auto* verdict = std::get_if<Verdict>(&outcome.what);
  if (verdict != nullptr) {
    verdicts_.add(verdict->digest, verdict->right);
    if (const auto at = checks_.find(verdict->client); --at->second == 0) checks_.erase(at);
  }
  const auto at = connections_.find(outcome.id);
  if (at == connections_.end() || at->second->request != outcome.request) return;
  Connection& connection = *at->second;
  if (verdict == nullptr) {
    start_answer(connection, std::move(std::get<Answer>(outcome.what)));
  } else if (verdict->right) {
    go_on(connection);
  } else {
    answer_early(connection, unauthorized());
  }
  pump(connection);
}

}  // namespace tocsin::web
