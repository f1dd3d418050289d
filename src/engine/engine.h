// The engine: the book and the three ticks, and the door for those who ask and those who change.
//
// turn(now) is everything that happens at one instant, in order:
//   outcomes of deliveries -> what clients asked for -> evaluation -> dispatch -> commit ->
//   sending.
// It never waits and never reads the clock: the service (loop.h), tests and simulations call it.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.h"
#include "engine/book.h"
#include "engine/delivery.h"
#include "engine/dispatch.h"
#include "engine/evaluation.h"
#include "engine/heartbeat.h"
#include "engine/housekeeping.h"
#include "engine/intake.h"
#include "route/silence.h"

namespace tocsin::engine {

/// Something that a person asks a source, to be passed on as it is.
struct SourceQuestion {
  enum class Method { Get, Post };
  std::string source;  ///< empty: the first one
  std::string api;     ///< "query", "label/job/values": what follows /api/v1/
  std::string form;    ///< parameters, escaped
  Method method = Method::Get;
};

/// What the engine cannot do by itself; called on the loop's thread only, unless it says otherwise.
struct Outside {
  FindSource source;
  Send send;
  /// Calls `done` once, later, on the loop's thread.
  std::function<void(SourceQuestion, std::function<void(net::Result)> done)> ask_source;
  std::function<std::string()> new_id;  ///< UUIDs for silences
  /// Reads the configuration again, on the thread that asked for the reload. Throws InvalidInput
  /// with everything that is wrong.
  std::function<std::shared_ptr<const config::Config>()> load_config;
  /// Called before a configuration takes effect, so that its sources exist.
  std::function<void(const config::Config&)> prepare_config;
  std::uint64_t seed = 0;  ///< of the jitter of retries
  Intake::Settings intake = {};
  route::SilenceLimits silence_limits = {};
  Housekeeping::Settings housekeeping = {};
  bool log_silences = false;  ///< whether changes of silences are logged, too
  /// Rules of sources that answer at once are evaluated for so long in one turn; none: all of them.
  std::optional<std::chrono::milliseconds> evaluation_slice = {};
};

enum class Expired { Done, NotFound };

/// What came of somebody's wish to try a message of the outbox again, or to throw it away.
struct RowChange {
  enum class Outcome { Done, NotFound, Refused } outcome = Outcome::Done;
  std::string text;  ///< one sentence for whoever asked
};

/// How reloads went; for metrics and status.
struct ReloadStatus {
  bool last_successful = true;
  Timestamp last_success;
  std::string last_error;
};

/// A group as readers see it.
struct GroupShown {
  Labels labels;
  Labels route_labels;
  std::string receiver;
  std::vector<std::string> muted_by;  ///< time intervals that muted it at its last flush
  std::vector<AlertPtr> alerts;       ///< by fingerprint
};

/// How writing to disk goes; for metrics.
struct JournalStatus {
  std::uint64_t commits = 0;
  std::uint64_t failures = 0;
  double seconds = 0;       ///< that commits took, all together
  double last_seconds = 0;  ///< the last one's
  std::size_t backlog = 0;  ///< changes that wait in memory, as they could not be written
};

class Engine {
 public:
  /// `journal` outlives the engine. The configuration is not yet in force: see begin().
  Engine(journal::Journal& journal, Outside outside, std::string external_url);

  /// Puts the first configuration in force and writes what that means for what was loaded. Nobody
  /// is told anything before `start_delay` is over.
  void begin(std::shared_ptr<const config::Config> config, Timestamp now,
             Duration start_delay = Duration{0});

  /// One turn at `now`; returns when it wants to be called again at the latest.
  Timestamp turn(Timestamp now);

  /// Whether nothing is under way to a channel (used while stopping).
  bool deliveries_done() const { return delivery_.in_flight() == 0; }
  /// Whether messages wait until others are answered.
  bool deliveries_queue() const { return delivery_.queues(); }
  /// While stopping: only outcomes are collected, nothing new is evaluated, decided or sent.
  void drain(Timestamp now);

  // ---- For other threads -----------------------------------------------------------------------

  /// Set by the loop; wakes it when a command waits.
  void on_command(std::function<void()> wake) { wake_ = std::move(wake); }

  /// Takes what others post; waits until it is on disk. Requests that come together share a commit.
  /// `arrived` is when it came in: a turn under way has an older clock, by which an alert that ends
  /// now would not be over yet. Without it, it comes with the turn.
  /// Throws Error when it could not be written (the alerts are in force nevertheless and are
  /// written as soon as that works) or the engine is stopping (then they are not).
  IntakeResult post_alerts(std::vector<state::Posted> batch, std::optional<Timestamp> arrived = {});

  /// Waits for a source's answer. Throws Error when the engine is stopping.
  net::Result ask_source(SourceQuestion question);

  /// These wait until the loop has done it and it is on disk. They throw Error when it could
  /// not be written or the engine is stopping.
  std::variant<route::SilenceChange, route::SilenceRefusal> put_silence(
      route::SilenceRequest request, std::string by);
  Expired expire_silence(std::string id, std::string by);
  /// Empty, or what is wrong with the new configuration (then the old one goes on). `by` is who
  /// asked for it.
  std::string reload(std::string by);
  RowChange retry_row(std::int64_t id, std::string by);
  RowChange drop_row(std::int64_t id, std::string by);

  /// No command is taken from now on; those that wait fail.
  void refuse_commands();

  const Book& book() const { return book_; }
  std::unique_ptr<RulesView> rules() const { return evaluation_.view(); }
  std::shared_ptr<const config::Config> config() const;
  ReloadStatus reload_status() const;
  std::map<std::string, DeliveryStatus> delivery_status() const;
  /// Pending and dead rows of the outbox, oldest first.
  std::vector<notify::OutboxRow> outbox() const;
  std::optional<notify::OutboxRow> outbox_row(std::int64_t id) const;
  std::size_t group_count() const;
  std::vector<GroupShown> groups() const;
  MuteCounts mute_counts() const;
  JournalStatus journal_status() const;
  const Housekeeping& housekeeping() const { return housekeeping_; }
  HeartbeatStatus heartbeat_status() const { return heartbeat_.status(); }
  /// Of the latest turn; epoch before the first one.
  Timestamp last_turn() const { return Timestamp(Duration(turned_at_)); }
  IntakeStatus intake_status() const;
  std::vector<Event> events(const journal::EventQuery& query) const;
  std::vector<journal::SilenceVersion> silence_versions(const std::string& id) const;
  /// Nothing is flushed before: --dispatch.start-delay.
  Timestamp dispatch_held_until() const { return dispatch_.held_until(); }
  /// The destination of the channel asked for a pause until then.
  std::optional<Timestamp> channel_held_until(const ChannelKey& channel) const;
  const std::string& external_url() const { return external_url_; }

 private:
  struct Command {
    std::function<void(Timestamp now)> run;
    std::function<void(std::string why)> fail;
  };
  /// A batch of alerts whose sender waits.
  struct Post {
    std::vector<state::Posted> batch;
    std::optional<Timestamp> arrived;
    std::promise<std::variant<IntakeResult, std::string>> answer;  ///< or why not
    IntakeResult result;
  };
  template <class Result>
  Result ask(std::function<Result(Timestamp now)> what);
  void run_commands(Timestamp now);
  void take_posts(Timestamp now);
  void answer_posts(bool written);
  void put_in_force(std::shared_ptr<const config::Config> config, Timestamp now);
  void clock_set_back(Timestamp now);
  Vitals vitals(Timestamp now) const;

  journal::Journal& journal_;
  Outside outside_;
  std::string external_url_;
  Book book_;
  Dispatch dispatch_;
  Evaluation evaluation_;
  Delivery delivery_;
  Intake intake_;
  Housekeeping housekeeping_;
  Heartbeat heartbeat_;
  std::deque<Post> unanswered_;  // taken in this turn

  std::shared_ptr<const config::Config> config_;  // written under the book's lock
  ReloadStatus reload_status_;                    // the same
  Timestamp last_turn_;
  std::atomic<Timestamp::rep> turned_at_ = 0;

  std::mutex commands_mutex_;
  std::deque<Command> commands_;
  std::deque<Post> posts_;
  bool refusing_ = false;
  std::function<void()> wake_ = [] {};
};

/// The receivers of all routes that take an alert with these labels, in order.
std::vector<std::string> receivers_of(const config::Config& config, const Labels& labels);

}  // namespace tocsin::engine
