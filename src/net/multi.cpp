#include "net/multi.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::net {
namespace {

/// Mail servers count the connections of one client, and most allow only a few.
constexpr int kMaxMailsPerServer = 4;
constexpr std::size_t kMaxIdleHandles = 128;
/// How many idle handles are asked whether they are set up for a request's settings.
constexpr std::size_t kHandlesAsked = 16;

/// Whole milliseconds until `end`, rounded up, at least `least`.
long milliseconds_until(Steady::time_point end, Steady::time_point now, long least) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now).count();
  return std::max(least, static_cast<long>(left));
}

CURLM* make_multi() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_ALL); });
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) throw Error("libcurl cannot be initialised");
  return multi;
}

}  // namespace

Client::Multi::Multi(Limits limits)
    : limits_(limits),
      multi_(make_multi()),
      tokens_(
          [this](Request request, Done done) {
            const auto until = Steady::now() + request.timeout;
            std::string destination = destination_of(request.url);
            add({std::move(request), std::move(done), std::move(destination), nullptr, until});
          },
          [this](Transfer transfer) { add_to_place(std::move(transfer)); },
          [this](Transfer transfer, const std::string& why) {
            end(std::move(transfer), Failure::Kind::Authentication, why);
          }),
      mails_([this] { wake(); }) {
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS,
                    static_cast<long>(limits.max_idle_connections));
}

void Client::Multi::add(Transfer transfer) {
  ++in_flight_;
  start_again(std::move(transfer));
}

void Client::Multi::start_again(Transfer transfer) {
  const auto* request = std::get_if<Request>(&transfer.what);
  const bool needs_token = request != nullptr && request->settings && request->settings->oauth2 &&
                           transfer.authorization.empty();
  if (!needs_token) return add_to_place(std::move(transfer));
  next_expiry_ = std::min(next_expiry_, transfer.deadline);
  if (tokens_.provide(transfer)) add_to_place(std::move(transfer));
}

void Client::Multi::add_to_place(Transfer transfer) {
  Place& place = places_[transfer.destination];
  transfer.place = &place;
  const bool mail = std::holds_alternative<Mail>(transfer.what);
  place.max_running = std::min(limits_.max_per_destination,
                               mail ? kMaxMailsPerServer : limits_.max_per_destination);
  if (place.waiting.empty() && place.running < place.max_running) {
    launch(std::move(transfer));
    return;
  }
  next_expiry_ = std::min(next_expiry_, transfer.deadline);
  place.waiting.push_back(std::move(transfer));
  ++waiting_;
}

void Client::Multi::poll(Duration wait) {
  auto timeout = std::clamp<std::int64_t>(wait.count(), 0, 3'600'000);
  if (!ended_.empty()) timeout = 0;
  if (waiting_ > 0 || tokens_.waiting()) {
    timeout = std::min<std::int64_t>(timeout, milliseconds_until(next_expiry_, Steady::now(), 0));
  }
  int running = 0;
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(timeout), nullptr);
  curl_multi_perform(multi_.get(), &running);
  if (waiting_ > 0 || tokens_.waiting()) expire_waiting(Steady::now());
  collect();
  collect_mails();
  deliver_ended();
}

void Client::Multi::wake() { curl_multi_wakeup(multi_.get()); }

void Client::Multi::cancel_all() {
  while (!running_.empty()) {
    auto handle = take_out(*running_.back());
    end(std::move(handle->transfer), Failure::Kind::Other, "cancelled");
  }
  for (Transfer& transfer : mails_.abandon_all()) {
    end(std::move(transfer), Failure::Kind::Other, "cancelled");
  }
  for (auto& [destination, place] : places_) {
    for (Transfer& transfer : place.waiting) {
      end(std::move(transfer), Failure::Kind::Other, "cancelled");
    }
  }
  places_.clear();
  waiting_ = 0;
  deliver_ended();
}

void Client::Multi::launch_waiting(Place& place) {
  while (place.running < place.max_running && !place.waiting.empty()) {
    Transfer next = std::move(place.waiting.front());
    place.waiting.pop_front();
    --waiting_;
    launch(std::move(next));
  }
}

void Client::Multi::launch(Transfer transfer) {
  auto handle = take_handle(transfer);
  handle->received = {};
  handle->error[0] = '\0';
  handle->transfer = std::move(transfer);
  try {
    set_up(*handle);
  } catch (const Error& error) {
    end(std::move(handle->transfer), Failure::Kind::BadRequest, error.what());
    return give_back(std::move(handle));
  }
  ++handle->transfer.place->running;
  if (std::holds_alternative<Mail>(handle->transfer.what)) return mails_.start(std::move(handle));
  CURL* easy = handle->easy.get();
  handle->index = running_.size();
  running_.push_back(std::move(handle));
  curl_multi_add_handle(multi_.get(), easy);
}

void Client::Multi::set_up(Handle& handle) {
  const Transfer& transfer = handle.transfer;
  if (const auto* request = std::get_if<Request>(&transfer.what)) {
    set_up_http(handle, *request);
  } else {
    set_up_mail(handle, std::get<Mail>(transfer.what));
  }
  curl_easy_setopt(handle.easy.get(), CURLOPT_TIMEOUT_MS,
                   milliseconds_until(transfer.deadline, Steady::now(), 1));
}

/// Reported by the next deliver_ended(), as start() never calls `done` itself.
void Client::Multi::end(Transfer transfer, Failure::Kind kind, const std::string& message) {
  Failure failure{kind, fmt::format("{}: {}", transfer.destination, message), 0};
  ended_.push_back({std::move(transfer), std::move(failure)});
}

void Client::Multi::deliver_ended() {
  while (!ended_.empty()) {
    Ended next = std::move(ended_.front());
    ended_.pop_front();
    --in_flight_;
    drop_if_unused(next.transfer.destination);
    next.transfer.done(std::move(next.result));
  }
}

void Client::Multi::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Handle* handle = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle);
    const CURLcode code = message->data.result;
    finish(take_out(*handle), code);
  }
}

void Client::Multi::collect_mails() {
  while (auto ended = mails_.take_ended()) finish(std::move(ended->handle), ended->code);
}

void Client::Multi::finish(std::unique_ptr<Handle> handle, CURLcode code) {
  Place& place = *handle->transfer.place;
  const std::string destination = handle->transfer.destination;
  Result result;
  const bool again = goes_on(*handle, code, result);
  Transfer transfer = std::move(handle->transfer);
  give_back(std::move(handle));
  --place.running;
  launch_waiting(place);
  if (again) {
    drop_if_unused(destination);
    start_again(std::move(transfer));
  } else {
    ended_.push_back({std::move(transfer), std::move(result)});
  }
}

/// Whether the answer is not the last word: a redirect, or a token that has lost its validity. If
/// it is, `result` is what came of it.
bool Client::Multi::goes_on(Handle& handle, CURLcode code, Result& result) {
  try {
    if (code == CURLE_OK && follow_redirect(handle)) return true;
  } catch (const Error& error) {
    result = Failure{Failure::Kind::Other,
                     fmt::format("{} {}", handle.transfer.destination, error.what()), 0};
    return false;
  }
  result = result_of(handle, code);
  const auto* response = std::get_if<Response>(&result);
  return response != nullptr && response->status == 401 && tokens_.renew(handle.transfer);
}

void Client::Multi::expire_waiting(Steady::time_point now) {
  if (now < next_expiry_) return;
  next_expiry_ = Steady::time_point::max();
  for (Transfer& transfer : tokens_.expire(now, next_expiry_)) {
    end(std::move(transfer), Failure::Kind::Timeout, "an OAuth2 token did not come in time");
  }
  for (auto& [destination, place] : places_) {
    if (place.waiting.empty()) continue;
    std::deque<Transfer> rest;
    for (Transfer& transfer : place.waiting) {
      if (transfer.deadline <= now) {
        --waiting_;
        end(std::move(transfer), Failure::Kind::Timeout, "too busy: its turn did not come in time");
      } else {
        next_expiry_ = std::min(next_expiry_, transfer.deadline);
        rest.push_back(std::move(transfer));
      }
    }
    place.waiting = std::move(rest);
  }
}

std::unique_ptr<Handle> Client::Multi::take_handle(const Transfer& transfer) {
  const auto* request = std::get_if<Request>(&transfer.what);
  if (request == nullptr) return make_handle();
  const auto wanted = settings_of(*request);
  const auto fits = [&](const std::unique_ptr<Handle>& handle) {
    const HttpSettings* has = handle->settings.get();
    return has == wanted.get() || (has != nullptr && *has == *wanted);
  };
  const auto last =
      idle_.rbegin() + static_cast<std::ptrdiff_t>(std::min(kHandlesAsked, idle_.size()));
  const auto found = std::find_if(idle_.rbegin(), last, fits);
  if (found == last && idle_.size() < kMaxIdleHandles) return make_handle();
  if (found != last) std::swap(*found, idle_.back());
  auto handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

/// Out of curl's hands and out of `running_`.
std::unique_ptr<Handle> Client::Multi::take_out(Handle& running) {
  curl_multi_remove_handle(multi_.get(), running.easy.get());
  auto handle = std::move(running_[running.index]);
  if (handle->index + 1 < running_.size()) {
    running_[handle->index] = std::move(running_.back());
    running_[handle->index]->index = handle->index;
  }
  running_.pop_back();
  return handle;
}

void Client::Multi::give_back(std::unique_ptr<Handle> handle) {
  if (std::holds_alternative<Mail>(handle->transfer.what)) return;
  handle->received = {};  // a large body need not be kept
  if (idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(handle));
}

void Client::Multi::drop_if_unused(const std::string& destination) {
  const auto at = places_.find(destination);
  if (at == places_.end() || at->second.running > 0 || !at->second.waiting.empty()) return;
  places_.erase(at);
}

}  // namespace tocsin::net
