// Starts and ends of the engine.
#include <utility>

#include "simulation/comparison.h"
#include "simulation/quiet.h"
#include "simulation/simulation.h"
#include "simulation/source.h"

namespace tocsin::simulation {

engine::Outside Simulation::outside() {
  engine::Outside outside;
  outside.source = [this](const std::string&) { return source_.get(); };
  outside.send = [this](const notifiers::Delivery& delivery,
                        std::function<void(net::Result)> done) { send(delivery, std::move(done)); };
  outside.new_id = [this] { return fmt::format("00000000-0000-4000-8000-{:012}", ++ids_); };
  outside.load_config = [this] { return read(file_); };
  outside.prepare_config = [this](const config::Config&) {
    if (std::exchange(reloading_, false)) configured(file_);
  };
  outside.seed = plan_.seed;
  outside.housekeeping = {.keep_resolved = kKeepResolved, .keep_silences = kKeepSilences};
  return outside;
}

Spec Simulation::as_engine_reads(Spec spec) const {
  if (options_.bug == Bug::SkipTheRoute && !spec.route.routes.empty()) {
    spec.route.routes[0].matchers.clear();
  }
  if (options_.bug == Bug::IgnoreInhibitions) spec.inhibitions.clear();
  if (options_.bug == Bug::IgnoreRateLimits) {
    for (ReceiverSpec& receiver : spec.receivers) {
      for (ChannelSpec& channel : receiver.channels) channel.most = 0;
    }
  }
  if (options_.bug == Bug::HalveTheFor) {
    for (RuleGroupSpec& group : spec.groups) {
      for (RuleSpec& rule : group.rules) rule.hold /= 2;
    }
  }
  return spec;
}

std::shared_ptr<const config::Config> Simulation::read(const Spec& spec) {
  if (!loaded_ || !(loaded_from_ == spec)) {
    loaded_ = load(as_engine_reads(spec));
    loaded_from_ = spec;
  }
  return loaded_;
}

void Simulation::start() {
  ++scene_.life;
  const Timestamp now = scene_.wall();
  scene_.note("start {}", scene_.life);
  disk_.full = scene_.elapsed < disk_full_until_;
  disk_.loaded_at = now;
  engine_ = std::make_unique<engine::Engine>(disk_, outside(), "http://tocsin.test");
  same_book(engine_->book(), disk_.contents());
  last_turn_ = now;
  due_ = scene_.elapsed;
  spins_ = 0;
  if (file_.broken) file_ = last_good_;
  forget_renamed();
  configured(file_);
  scene_.oracle.happens([now](Model& model) { model.clock_set_back(now); });
  places_.clock_set_back();
  witness_.held_until(now + kill_.start_delay);
  engine_->begin(read(file_), now, kill_.start_delay);
  if (!disk_.failing()) as_expected(disk_.contents(), scene_.oracle.memory(), now);
}

void Simulation::forget_renamed() {
  const auto named = [](const Spec& spec) {
    std::map<std::string, std::pair<std::string, std::size_t>> names;  // by url
    for (const ReceiverSpec& receiver : spec.receivers) {
      for (std::size_t i = 0; i < receiver.channels.size(); ++i) {
        names[receiver.channels[i].url] = {receiver.name, i};
      }
    }
    return names;
  };
  const auto before = named(scene_.oracle.memory().spec), after = named(file_);
  for (const auto& [url, name] : after) {
    if (before.at(url) != name) places_.renamed(url);
  }
}

void Simulation::configured(const Spec& spec) {
  const Spec& before = scene_.oracle.memory().spec;
  if (!(before.route == spec.route) || !(before.receivers == spec.receivers)) {
    ++scene_.tree_version;
  }
  ++scene_.rules_version;
  scene_.oracle.happens([spec, now = scene_.wall()](Model& model) { model.configured(spec, now); });
}

void Simulation::killed() {
  scene_.note("killed");
  engine_.reset();
  events_.clear();
  attempts_seen_.clear();
  last_answer_.clear();
  reloading_ = false;
  effects_left_.reset();
  known_drops_ = 0;
  back_at_ = scene_.elapsed + kill_.away;
  scene_.oracle.killed();
  witness_.killed(disk_.contents());
  places_.killed(disk_.contents().last_outbox_id);
  for (const auto& [row, flight] : in_flight_) {
    if (!disk_.has_row(row)) perhaps_heard(flight);
  }
  in_flight_.clear();
  for (const auto& [row, decision] : witness_.decisions_under_way()) {
    perhaps_heard(decision);  // what was waiting may have been under way
  }
  // What is over stays so when the clock was set back, but that is for the next start to say.
  if (scene_.wall() >= scene_.latest) {
    as_expected(disk_.contents(), scene_.oracle.disk(), scene_.wall());
  }
}

}  // namespace tocsin::simulation
