// What people and senders of alerts do, and what befalls the machine.
#include <semaphore>
#include <thread>

#include "simulation/comparison.h"
#include "simulation/quiet.h"
#include "simulation/simulation.h"
#include "simulation/source.h"

namespace tocsin::simulation {
namespace {

Matchers matchers_of(const MatcherSpecs& specs) {
  Matchers matchers;
  for (const MatcherSpec& spec : specs) matchers.push_back(parse_matcher(to_text(spec)));
  return matchers;
}

const route::Silence* find(const journal::Contents& contents, const std::string& id) {
  for (const route::Silence& silence : contents.silences) {
    if (silence.id == id) return &silence;
  }
  return nullptr;
}

}  // namespace

/// What a client on another thread gets of the engine, in exactly one turn; nothing when it was
/// refused or the process died under it.
template <class Function>
auto Simulation::client(Function function) {
  std::optional<decltype(function(*engine_))> answer;
  std::binary_semaphore asked{0};
  engine_->on_command([&asked] { asked.release(); });
  std::thread thread([&, &engine = *engine_] {
    try {
      answer.emplace(function(engine));
    } catch (const Error&) {              // the disk is full
    } catch (const std::future_error&) {  // the process died
    }
  });
  asked.acquire();
  try {
    turn();
  } catch (...) {
    engine_.reset();
    thread.join();
    throw;
  }
  thread.join();
  return answer;
}

void Simulation::act(const Action& action) {
  scene_.note("- {}", describe(action));
  if (engine_ != nullptr && !disk_.failing()) check_memory();
  std::visit([this](const auto& what) { perform(what); }, action.what);
}

void Simulation::check_memory() const {
  same_book(engine_->book(), disk_.contents());
  as_expected(disk_.contents(), scene_.oracle.memory(), scene_.wall());
}

void Simulation::perform(const SetSeries& set) { series_[set.expression] = set.series; }

void Simulation::perform(const QueryTrouble& trouble) {
  query_trouble_ = trouble;
  query_trouble_until_ = scene_.elapsed + trouble.length;
}

void Simulation::perform(const ReceiverTrouble& trouble) { places_.trouble(trouble); }

void Simulation::perform(const Post& post) {
  if (engine_ == nullptr) return;
  const Timestamp now = scene_.wall();
  std::vector<state::Posted> batch;
  for (const PostedSpec& spec : post.alerts) {
    state::Posted& posted = batch.emplace_back();
    posted.labels = spec.labels;
    posted.starts_at = now - spec.started_ago;
    if (spec.ends_in) posted.ends_at = now + *spec.ends_in;
  }
  scene_.oracle.happens([post, now](Model& model) { model.posted(post.alerts, now); });
  const auto answer =
      client([&](engine::Engine& engine) { return engine.post_alerts(std::move(batch)); });
  if (!answer) return;
  if (!answer->objections.empty()) broken(kAcknowledged, "{}", answer->objections.front());
  as_expected(disk_.contents(), scene_.oracle.disk(), now);
}

route::SilenceRequest Simulation::request_for(const PutSilence& put) {
  const Timestamp now = scene_.wall();
  MatcherSpecs matchers = put.matchers;
  route::SilenceRequest request;
  request.starts_at = now + put.starts_in;
  request.ends_at = *request.starts_at + put.length;
  request.created_by = "somebody";
  request.comment = "simulated";
  const auto slot = slots_.find(put.slot);
  if (put.update && slot != slots_.end()) {
    request.id = slot->second;
    const auto& known = scene_.oracle.memory().silences;
    const auto at = known.find(request.id);
    if (at != known.end() && put.starts_in == Duration{0}) {  // in place
      matchers = at->second.matchers;
      request.starts_at = at->second.starts;
    }
  }
  request.matchers = matchers_of(matchers);
  silences_[fmt::format("00000000-0000-4000-8000-{:012}", ids_ + 1)] = matchers;
  return request;
}

void Simulation::perform(const PutSilence& put) {
  if (engine_ == nullptr) return;
  const route::SilenceRequest request = request_for(put);
  const auto answer =
      client([&](engine::Engine& engine) { return engine.put_silence(request, "127.0.0.1"); });
  if (!answer) return;
  const auto* change = std::get_if<route::SilenceChange>(&*answer);
  if (change == nullptr) return;
  slots_[put.slot] = change->id;
  const route::Silence* stored = find(disk_.contents(), change->id);
  if (stored == nullptr || stored->ends_at != request.ends_at) {
    broken(kAcknowledged, "silence {} is not on disk", change->id);
  }
}

void Simulation::perform(const ExpireSilence& expire) {
  const auto slot = slots_.find(expire.slot);
  if (engine_ == nullptr || slot == slots_.end()) return;
  const auto answer = client(
      [&](engine::Engine& engine) { return engine.expire_silence(slot->second, "127.0.0.1"); });
  if (answer != engine::Expired::Done) return;
  const route::Silence* stored = find(disk_.contents(), slot->second);
  if (stored != nullptr && stored->ends_at >= scene_.wall()) {
    broken(kAcknowledged, "silence {} was expired, but not on disk", slot->second);
  }
}

void Simulation::perform(const Reload& reload) {
  file_ = reload.spec;
  if (!file_.broken) last_good_ = file_;
  if (engine_ == nullptr) return;
  // Known to the oracle when the engine gets to it: what is committed before does without.
  reloading_ = !file_.broken;
  client([](engine::Engine& engine) { return engine.reload("127.0.0.1"); });
}

void Simulation::perform(const Kill& kill) {
  if (engine_ == nullptr) return;
  kill_ = kill;
  if (kill.effects == 0) throw Killed{};
  effects_left_ = kill.effects;
}

void Simulation::perform(const DiskTrouble& trouble) {
  disk_full_until_ = scene_.elapsed + trouble.length;
}

void Simulation::perform(const ClockJump& jump) {
  scene_.clock_error += jump.by;
  const Timestamp now = scene_.wall();
  if (engine_ == nullptr) return;
  if (now < last_turn_) {
    scene_.oracle.happens([now](Model& model) { model.clock_set_back(now); });
    places_.clock_set_back();
    witness_.clock_set_back();
    set_back_.push_back(now);
  }
  turn();
}

void Simulation::perform(const Calm&) {
  effects_left_.reset();
  disk_full_until_ = Duration{0};
  query_trouble_until_ = Duration{0};
  places_.calm();
  kill_ = {};
  if (engine_ == nullptr) start();
  turn();
}

void Simulation::perform(const CheckQuiet&) {
  if (engine_ == nullptr) start();  // where the calm was left out
  check_memory();
  check_quiet(scene_, engine_->book(), places_, witness_);
}

}  // namespace tocsin::simulation
