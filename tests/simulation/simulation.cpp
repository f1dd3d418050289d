#include "simulation/simulation.h"

#include <algorithm>

#include "simulation/comparison.h"
#include "simulation/quiet.h"
#include "simulation/source.h"

namespace tocsin::simulation {
namespace {

constexpr int kMostSpins = 1000;
constexpr Duration kNever = Duration::max();

Scene scene_of(const Plan& plan, const Options& options) {
  return Scene(plan.initial, options.trace_lines);
}

}  // namespace

Outcome run(const Plan& plan, const Options& options) { return Simulation(plan, options).run(); }

Simulation::Simulation(const Plan& plan, const Options& options)
    : plan_(plan),
      options_(options),
      scene_(scene_of(plan, options)),
      disk_(options.bug),
      witness_(scene_),
      places_(scene_, witness_),
      source_(std::make_unique<Source>(*this)),
      file_(plan.initial),
      last_good_(plan.initial) {
  disk_.attempted = [this](Disk::Changes changes) {
    witness_.attempted(changes);
    alerts_dropped(changes);
    silences_dropped(changes);
  };
  disk_.effect = [this] { effect(); };
  disk_.written = [this](Disk::Changes changes) {
    for (const journal::Change& change : changes) silence_written(change);
    known_drops_ = 0;
    witness_.written(changes);
    scene_.oracle.written();
    places_.written();
  };
}

void Simulation::silence_written(const journal::Change& change) {
  if (const auto* put = std::get_if<journal::PutSilence>(&change)) {
    const KnownSilence known{silences_[put->silence.id], put->silence.starts_at,
                             put->silence.ends_at};
    scene_.oracle.happens(
        [id = put->silence.id, known](Model& model) { model.silences[id] = known; });
  }
}

/// Nobody waits for that: it is so in memory before it is on disk.
void Simulation::silences_dropped(Disk::Changes changes) {
  for (const journal::Change& change : changes) {
    const auto* drop = std::get_if<journal::DropSilence>(&change);
    if (drop == nullptr) continue;
    const auto at = scene_.oracle.memory().silences.find(drop->id);
    if (at == scene_.oracle.memory().silences.end()) continue;  // it comes again
    if (at->second.ends + kKeepSilences > scene_.latest) {
      broken(kAcknowledged, "silence {} went before its time", drop->id);
    }
    scene_.oracle.happens([id = drop->id](Model& model) { model.silences.erase(id); });
  }
}

/// What could not be written comes again with what follows.
void Simulation::alerts_dropped(Disk::Changes changes) {
  std::size_t drops = 0;
  for (const journal::Change& change : changes) {
    const auto* drop = std::get_if<journal::DropAlert>(&change);
    if (drop == nullptr || ++drops <= known_drops_) continue;
    const KnownAlert* alert = scene_.oracle.memory().alert(drop->fingerprint);
    if (alert == nullptr || alert->fires(scene_.wall())) {
      broken(kAcknowledged, "alert {} went before its time", format_fingerprint(drop->fingerprint));
    }
    scene_.oracle.happens(
        [fingerprint = drop->fingerprint](Model& model) { model.forgot(fingerprint); });
  }
  known_drops_ = std::max(known_drops_, drops);
}

Outcome Simulation::run() {
  Outcome outcome;
  try {
    go();
  } catch (const Broken& found) {
    outcome.broken = found;
  }
  outcome.ended = scene_.elapsed;
  outcome.hash = scene_.trace.hash();
  outcome.trace.assign(scene_.trace.lines().begin(), scene_.trace.lines().end());
  outcome.turns = turns_;
  outcome.starts = static_cast<std::uint64_t>(scene_.life);
  outcome.decisions = witness_.decisions;
  outcome.attempts = places_.attempts;
  outcome.messages = places_.messages;
  outcome.duplicates = places_.duplicates;
  return outcome;
}

void Simulation::go() {
  guarded([&] { start(); });
  for (std::size_t next = 0; next < plan_.actions.size();) {
    const Action& action = plan_.actions[next];
    const Duration wake = next_wake();
    scene_.elapsed = std::max(scene_.elapsed, std::min(wake, action.at));
    if (wake <= action.at) {
      guarded([&] { wake_up(); });
      continue;
    }
    if (options_.left_out.empty() || !options_.left_out[next]) guarded([&] { act(action); });
    ++next;
  }
}

void Simulation::guarded(const std::function<void()>& what) {
  try {
    what();
  } catch (const Killed&) {
    killed();
  }
}

Duration Simulation::next_wake() const {
  if (engine_ == nullptr) return back_at_;
  return events_.empty() ? due_ : std::min(due_, events_.begin()->first);
}

void Simulation::wake_up() {
  if (engine_ == nullptr) return start();
  while (!events_.empty() && events_.begin()->first <= scene_.elapsed) {
    const std::function<void()> event = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    event();
  }
  turn();
}

void Simulation::turn() {
  ++turns_;
  disk_.full = scene_.elapsed < disk_full_until_;
  const Timestamp now = scene_.wall();
  last_turn_ = now;
  scene_.latest = std::max(scene_.latest, now);
  places_.turn();
  if (scene_.oracle.memory().any_end(now)) {
    scene_.oracle.happens([now](Model& model) { model.noticed_ends(now); });
  }
  const Timestamp next = engine_->turn(now);
  const Duration before = due_;
  due_ = next == Timestamp::max() ? kNever : scene_.elapsed + std::max(next - now, Duration{0});
  spins_ = due_ <= scene_.elapsed && before == due_ ? spins_ + 1 : 0;
  if (spins_ > kMostSpins) broken(kNoBusyLoop, "at {}", format_rfc3339(now));
  check_turn();
}

bool Simulation::is_busy(const notify::Notification& about) const {
  return std::any_of(in_flight_.begin(), in_flight_.end(), [&](const auto& each) {
    const Decision& flight = each.second;
    return flight.group_id == about.group_id && flight.receiver == about.receiver &&
           flight.channel == about.channel;
  });
}

void Simulation::check_turn() {
  const engine::Book& book = engine_->book();
  const Timestamp now = scene_.wall();
  if (now >= witness_.held_until() && !book.flushes().empty() &&
      book.flushes().begin()->first <= now) {
    broken(kTimers, "group {} is due since {}", book.flushes().begin()->second,
           format_rfc3339(book.flushes().begin()->first));
  }
  for (const auto& [key, due] : book.due_rows()) {
    const ChannelSpec* channel = channel_of(key.receiver, key.channel);
    if (channel == nullptr || places_.held_until(channel->url) > now) continue;
    if (places_.is_full(*channel)) continue;
    const auto heard = last_answer_.find({key.receiver, key.channel});
    if (heard != last_answer_.end() && scene_.elapsed - heard->second <= engine::kLongestGathered) {
      continue;
    }
    for (const auto& [retry_at, id] : due) {
      if (retry_at > now) break;
      if (in_flight_.size() >= engine::kMaxInFlightPerLane) break;
      if (is_busy(*book.outbox().at(id).notification)) continue;
      broken(kNobodyWaits, "row {} to {} is due since {}", id, channel->url,
             format_rfc3339(retry_at));
    }
  }
}

void Simulation::effect() {
  if (!effects_left_) return;
  if (*effects_left_ == 0) throw Killed{};
  --*effects_left_;
}

}  // namespace tocsin::simulation
