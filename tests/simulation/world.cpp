// What the engine talks to: a source of series, and receivers.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "simulation/simulation.h"
#include "simulation/source.h"

namespace tocsin::simulation {
namespace {

std::string host_of(const std::string& url) {
  constexpr std::size_t kScheme = sizeof "http://" - 1;
  return url.substr(kScheme, url.size() - kScheme - 1);
}

Said said_by(const nlohmann::json& payload) {
  Said said;
  for (const auto& alert : payload["alerts"]) {
    said[parse_fingerprint(alert["fingerprint"].get<std::string>())] = alert["status"] == "firing";
  }
  return said;
}

bool all_over(const Said& said) {
  return std::none_of(said.begin(), said.end(), [](const auto& each) { return each.second; });
}

}  // namespace

void Simulation::ask(const std::string& expression, Timestamp at,
                     std::function<void(query::Answer)> done) {
  const bool trouble = scene_.elapsed < query_trouble_until_;
  const unsigned series = series_[expression];
  if (!trouble) return answer(expression, at, set_back_.size(), done, series);
  const int life = scene_.life;
  const Duration when = scene_.elapsed + query_trouble_.latency;
  if (query_trouble_.kind != QueryTrouble::Kind::Slow) {
    events_.emplace(when, [this, life, done = std::move(done)] {
      if (life == scene_.life) done(query::Failure{"the source is in trouble"});
    });
    return;
  }
  events_.emplace(when, [this, life, version = scene_.rules_version, expression, at, series,
                         set_back = set_back_.size(), done = std::move(done)] {
    if (life != scene_.life || version != scene_.rules_version) return;
    answer(expression, at, set_back, done, series);
  });
}

void Simulation::answer(const std::string& expression, Timestamp at, std::size_t set_back,
                        const std::function<void(query::Answer)>& done, unsigned series) {
  query::Samples samples;
  std::vector<Labels> labels;
  for (unsigned i = 0; i < kSeries; ++i) {
    if ((series >> i & 1U) == 0) continue;
    labels.push_back(series_labels(i));
    samples.push_back({labels.back(), at, static_cast<double>(series)});
  }
  Timestamp then = at;
  for (; set_back < set_back_.size(); ++set_back) then = std::min(then, set_back_[set_back]);
  scene_.oracle.happens(
      [expression, then, labels](Model& model) { model.evaluated(expression, then, labels); });
  done(std::move(samples));
}

const ChannelSpec* Simulation::channel_of(const std::string& receiver,
                                          const std::string& channel) const {
  for (const ReceiverSpec& each : scene_.oracle.memory().spec.receivers) {
    if (each.name != receiver) continue;
    const auto index = static_cast<std::size_t>(std::stoul(channel.substr(channel.find('/') + 1)));
    if (index < each.channels.size()) return &each.channels[index];
  }
  return nullptr;
}

std::optional<std::string> Simulation::url_of_channel(const std::string& receiver,
                                                      const std::string& channel) const {
  const ChannelSpec* found = channel_of(receiver, channel);
  return found == nullptr ? std::nullopt : std::optional(found->url);
}

/// The row that the engine has just begun to send.
const notify::OutboxRow& Simulation::row_of(const net::Request& request,
                                            const std::string& url) const {
  const auto payload = nlohmann::json::parse(request.body);
  const std::string key = payload["groupKey"];
  const Said said = said_by(payload);
  const engine::Book& book = engine_->book();
  for (const auto& [id, row] : book.outbox()) {
    const notify::Notification& about = *row.notification;
    if (row.state != notify::RowState::Pending || about.group_key != key ||
        in_flight_.contains(id) || simulation::said_by(about) != said ||
        url_of_channel(about.receiver, about.channel) != url) {
      continue;
    }
    // Groups of different routes may say the same. This one's turn has come, and is not over.
    const auto due = book.due_rows().find({about.receiver, about.channel});
    const auto seen = attempts_seen_.find(id);
    if (seen != attempts_seen_.end() && row.attempts <= seen->second) continue;
    if (due == book.due_rows().end() || !due->second.contains({row.retry_at, id})) return row;
  }
  broken(kToldAfterCommit, "{} gets what is not in the outbox: {}", url, request.body);
}

void Simulation::send(const notifiers::Delivery& delivery, std::function<void(net::Result)> done) {
  const auto& request = std::get<net::Request>(delivery);
  const std::string url = host_of(request.url);
  const notify::OutboxRow& row = row_of(request, url);
  effect();
  if (!disk_.has_row(row.id) && !disk_.failing()) {
    broken(kToldAfterCommit, "row {} is sent, but is not on disk", row.id);
  }
  const Decision& decision = witness_.decision(row.id);
  const notify::Notification& about = *row.notification;
  places_.started(*channel_of(about.receiver, about.channel));
  in_flight_[row.id] = decision;
  attempts_seen_[row.id] = row.attempts;
  Reply reply{Duration{1}, false, net::Response{200, {}, ""}};
  if (options_.bug != Bug::SwallowResolves || !all_over(decision.said)) {
    reply = places_.request(url, decision, request.timeout, disk_.has_row(row.id));
  }
  events_.emplace(scene_.elapsed + reply.after,
                  [this, id = row.id, url, reply, life = scene_.life, done = std::move(done)] {
                    if (life != scene_.life) return;
                    answered(id, url, reply.result);
                    net::Result result = reply.result;
                    auto* response = std::get_if<net::Response>(&result);
                    if (response != nullptr && response->status == 429) {
                      if (options_.bug == Bug::DropOnTooMany) response->status = 200;
                      if (options_.bug == Bug::IgnoreRetryAfter) response->status = 503;
                    }
                    done(std::move(result));
                  });
  effect();
}

void Simulation::perhaps_heard(const Decision& decision) {
  const auto url = url_of_channel(decision.receiver, decision.channel);
  if (url) places_.perhaps_heard(*url, decision);
}

void Simulation::answered(std::int64_t row, const std::string& url, const net::Result& result) {
  const Decision& flight = in_flight_.at(row);
  last_answer_[{flight.receiver, flight.channel}] = scene_.elapsed;
  // What took its place was decided without knowing the answer, whatever that is.
  if (!engine_->book().outbox().contains(row)) perhaps_heard(flight);
  in_flight_.erase(row);
  const auto* response = std::get_if<net::Response>(&result);
  if (response == nullptr || response->status != 429) return;
  places_.told_to_wait(url, seconds{std::stoi(std::string(response->header("retry-after")))});
}

}  // namespace tocsin::simulation
