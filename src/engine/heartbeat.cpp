#include "engine/heartbeat.h"

#include <spdlog/spdlog.h>

#include "model/error.h"

namespace tocsin::engine {
namespace {

bool same(const std::optional<config::Heartbeat>& a, const std::optional<config::Heartbeat>& b) {
  return a.has_value() == b.has_value() && (!a || (a->url == b->url && a->interval == b->interval));
}

}  // namespace

void Heartbeat::configure(std::shared_ptr<const config::Config> config, Timestamp now) {
  const bool kept = config_ && same(config_->heartbeat, config->heartbeat);
  config_ = std::move(config);
  if (!kept) due_ = now;
  const std::lock_guard lock(shared_->mutex);
  shared_->status.configured = config_->heartbeat.has_value();
}

Timestamp Heartbeat::tick(Timestamp now) {
  if (!config_ || !config_->heartbeat) return Timestamp::max();
  if (now < due_) return due_;
  due_ = now + config_->heartbeat->interval;
  const std::string wrong = what_is_wrong(vitals_(now), now);
  note(wrong);
  if (wrong.empty()) call(now);
  return due_;
}

void Heartbeat::note(const std::string& wrong) {
  const std::lock_guard lock(shared_->mutex);
  std::string& known = shared_->status.wrong;
  if (known.empty() && !wrong.empty()) spdlog::error("the heartbeat stops: {}", wrong);
  if (!known.empty() && wrong.empty()) spdlog::info("the heartbeat goes on");
  known = wrong;
}

void Heartbeat::call(Timestamp now) {
  const config::Heartbeat& heartbeat = *config_->heartbeat;
  const auto done = [shared = shared_, now](const net::Result& result) {
    const auto* response = std::get_if<net::Response>(&result);
    const bool heard = response != nullptr && response->status / 100 == 2;
    const std::lock_guard lock(shared->mutex);
    ++shared->status.calls;
    if (heard) shared->status.last_success = now;
    if (heard) return;
    ++shared->status.failures;
    spdlog::warn("the heartbeat was not heard: {}",
                 response == nullptr ? std::get<net::Failure>(result).message
                                     : fmt::format("status {}", response->status));
  };
  net::Request request;
  try {
    request.url = heartbeat.url.read();
  } catch (const Error& error) {
    return done(net::Failure{net::Failure::Kind::BadRequest, error.what()});
  }
  request.timeout = heartbeat.timeout;
  request.settings = heartbeat.http;
  request.max_response_bytes = std::size_t{64} << 10;
  request.keep_headers = false;
  send_(notifiers::Delivery(std::move(request)), done);
}

HeartbeatStatus Heartbeat::status() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->status;
}

}  // namespace tocsin::engine
