// The engine: the book and the three ticks, and the door for those who ask and those who change.
//
// turn(now) is everything that happens at one instant, in order:
//   outcomes of deliveries -> what clients asked for -> evaluation -> dispatch -> commit ->
//   sending.
// It never waits and never reads the clock: the service (loop.h), tests and simulations call it.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "config/config.h"
#include "engine/book.h"
#include "engine/delivery.h"
#include "engine/dispatch.h"
#include "engine/evaluation.h"
#include "engine/housekeeping.h"
#include "route/silence.h"

namespace tocsin::engine {

/// What the engine cannot do by itself; called on the loop's thread only, unless it says otherwise.
struct Outside {
  FindSource source;
  Send send;
  std::function<std::string()> new_id;  ///< UUIDs for silences
  /// Reads the configuration again, on the thread that asked for the reload. Throws InvalidInput
  /// with everything that is wrong.
  std::function<std::shared_ptr<const config::Config>()> load_config;
  /// Called before a configuration takes effect, so that its sources exist.
  std::function<void(const config::Config&)> prepare_config;
  std::uint64_t seed = 0;  ///< of the jitter of retries
};

enum class Expired { Done, NotFound };

/// How reloads went; for metrics and status.
struct ReloadStatus {
  bool last_successful = true;
  Timestamp last_success;
  std::string last_error;
};

/// How writing to disk goes; for metrics.
struct JournalStatus {
  std::uint64_t commits = 0;
  std::uint64_t failures = 0;
};

class Engine {
 public:
  /// `journal` outlives the engine. The configuration is not yet in force: see begin().
  Engine(journal::Journal& journal, Outside outside, std::string external_url);

  /// Puts the first configuration in force and writes what that means for what was loaded.
  void begin(std::shared_ptr<const config::Config> config, Timestamp now);

  /// One turn at `now`; returns when it wants to be called again at the latest.
  Timestamp turn(Timestamp now);

  /// Whether nothing is under way to a channel (used while stopping).
  bool deliveries_done() const { return delivery_.in_flight() == 0; }
  /// While stopping: only outcomes are collected, nothing new is evaluated, decided or sent.
  void drain(Timestamp now);

  // ---- For other threads -----------------------------------------------------------------------

  /// Set by the loop; wakes it when a command waits.
  void on_command(std::function<void()> wake) { wake_ = std::move(wake); }

  /// These three wait until the loop has done it and it is on disk. They throw Error when it could
  /// not be written or the engine is stopping.
  std::variant<route::SilenceChange, route::SilenceRefusal> put_silence(
      route::SilenceRequest request, std::string by);
  Expired expire_silence(std::string id, std::string by);
  /// Empty, or what is wrong with the new configuration (then the old one goes on).
  std::string reload();

  /// No command is taken from now on; those that wait fail.
  void refuse_commands();

  const Book& book() const { return book_; }
  std::unique_ptr<RulesView> rules() const { return evaluation_.view(); }
  std::shared_ptr<const config::Config> config() const;
  ReloadStatus reload_status() const;
  std::map<std::string, DeliveryStatus> delivery_status() const;
  /// Pending and dead rows of the outbox, oldest first.
  std::vector<notify::OutboxRow> outbox() const;
  std::size_t group_count() const;
  JournalStatus journal_status() const;
  std::vector<Event> events(const journal::EventQuery& query) const;
  const std::string& external_url() const { return external_url_; }

 private:
  struct Command {
    std::function<void(Timestamp now)> run;
    std::function<void(std::string why)> fail;
  };
  template <class Result>
  Result ask(std::function<Result(Timestamp now)> what);
  void run_commands(Timestamp now);
  void put_in_force(std::shared_ptr<const config::Config> config, Timestamp now);
  void clock_set_back(Timestamp now);

  journal::Journal& journal_;
  Outside outside_;
  std::string external_url_;
  Book book_;
  Dispatch dispatch_;
  Evaluation evaluation_;
  Delivery delivery_;
  Housekeeping housekeeping_;

  std::shared_ptr<const config::Config> config_;  // written under the book's lock
  ReloadStatus reload_status_;                    // the same
  Timestamp last_turn_;

  std::mutex commands_mutex_;
  std::deque<Command> commands_;
  bool refusing_ = false;
  std::function<void()> wake_ = [] {};
};

/// The receivers of all routes that take an alert with these labels, in order.
std::vector<std::string> receivers_of(const config::Config& config, const Labels& labels);

}  // namespace tocsin::engine
