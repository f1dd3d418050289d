// One run: the real engine, a disk, receivers and a source that fail, and a clock that jumps from
// one event to the next.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "simulation/disk.h"
#include "simulation/places.h"
#include "simulation/plan.h"
#include "simulation/scene.h"
#include "simulation/witness.h"

namespace tocsin::simulation {

struct Options {
  Bug bug = Bug::None;
  std::size_t trace_lines = 40;
  /// By index into Plan::actions: what is left out. Empty: nothing.
  std::vector<bool> left_out = {};
};

struct Outcome {
  std::optional<Broken> broken;
  std::uint64_t hash = 0;  ///< of the whole trace
  std::vector<std::string> trace;
  Duration ended{0};  ///< when it broke, or the length of the run
  std::uint64_t turns = 0, starts = 0, decisions = 0, attempts = 0, messages = 0, duplicates = 0;
};

/// Runs the plan until its end or until an invariant is broken.
Outcome run(const Plan& plan, const Options& options = {});

class Simulation {
 public:
  Simulation(const Plan& plan, const Options& options);
  Outcome run();

 private:
  class Source;

  // simulation.cpp: time
  void go();
  void guarded(const std::function<void()>& what);
  Duration next_wake() const;
  void wake_up();
  void turn();
  void check_turn();
  bool is_busy(const notify::Notification& about) const;
  void effect();
  void silence_written(const journal::Change& change);
  void alerts_dropped(Disk::Changes changes);
  void silences_dropped(Disk::Changes changes);

  // life.cpp: starts and ends of the engine
  engine::Outside outside();
  void start();
  void killed();
  void configured(const Spec& spec);
  void forget_renamed();
  Spec as_engine_reads(Spec spec) const;
  std::shared_ptr<const config::Config> read(const Spec& spec);

  // world.cpp: sources and receivers
  void ask(const std::string& expression, Timestamp at, std::function<void(query::Answer)> done);
  /// The clock was set back so many times when it was asked.
  void answer(const std::string& expression, Timestamp at, std::size_t set_back,
              const std::function<void(query::Answer)>& done, unsigned series);
  void send(const notifiers::Delivery& delivery, std::function<void(net::Result)> done);
  void perhaps_heard(const Decision& decision);
  void answered(std::int64_t row, const std::string& url, const net::Result& result);
  const notify::OutboxRow& row_of(const net::Request& request, const std::string& url) const;
  const ChannelSpec* channel_of(const std::string& receiver, const std::string& channel) const;
  std::optional<std::string> url_of_channel(const std::string& receiver,
                                            const std::string& channel) const;

  // clients.cpp: what people do
  template <class Function>
  auto client(Function function);
  void act(const Action& action);
  void perform(const SetSeries& set);
  void perform(const QueryTrouble& trouble);
  void perform(const ReceiverTrouble& trouble);
  void perform(const Post& post);
  void perform(const PutSilence& put);
  void perform(const ExpireSilence& expire);
  void perform(const Reload& reload);
  void perform(const Kill& kill);
  void perform(const DiskTrouble& trouble);
  void perform(const ClockJump& jump);
  void perform(const Calm& calm);
  void perform(const CheckQuiet& check);
  void check_memory() const;
  route::SilenceRequest request_for(const PutSilence& put);

  const Plan& plan_;
  const Options& options_;
  Scene scene_;
  Disk disk_;
  Witness witness_;
  Places places_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<engine::Engine> engine_;  ///< null: the process is away

  std::multimap<Duration, std::function<void()>> events_;  ///< of the network
  Duration due_{0};                                        ///< when the engine wants its turn
  Duration back_at_{0};                                    ///< when the process is back
  Timestamp last_turn_;
  int spins_ = 0;

  Spec file_;               ///< what the configuration file says
  Spec last_good_;          ///< what it said when it could be read
  bool reloading_ = false;  ///< the engine was asked to, and has not begun yet
  Spec loaded_from_;        ///< the one that was read last, and what came of it
  std::shared_ptr<const config::Config> loaded_;
  Duration disk_full_until_{0};
  std::optional<int> effects_left_;  ///< until the process dies
  Kill kill_;

  std::map<std::string, unsigned> series_;
  QueryTrouble query_trouble_;
  Duration query_trouble_until_{0};
  std::vector<Timestamp> set_back_;  ///< to when the clock was, each time
  std::map<std::int64_t, Decision> in_flight_;
  std::map<std::int64_t, int> attempts_seen_;  ///< of rows, in this life of the engine
  std::map<std::pair<std::string, std::string>, Duration> last_answer_;  ///< by channel
  std::map<int, std::string> slots_;
  std::map<std::string, MatcherSpecs> silences_;  ///< by id
  std::size_t known_drops_ = 0;                   ///< of alerts, in what is still to be written
  int ids_ = 0;
  std::uint64_t turns_ = 0;
};

}  // namespace tocsin::simulation
