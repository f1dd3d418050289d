#include "engine/engine.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace tocsin::engine {
namespace {

constexpr const char* kStopping = "Tocsin is stopping: ask again when it is back";

/// Why a command was not carried out.
struct Refused {
  std::string why;
};

}  // namespace

Engine::Engine(journal::Journal& journal, Outside outside, std::string external_url)
    : journal_(journal),
      outside_(std::move(outside)),
      external_url_(std::move(external_url)),
      book_(journal),
      dispatch_(book_, external_url_),
      evaluation_(book_, outside_.source, external_url_,
                  [this](const AlertPtr& alert, Timestamp now) { dispatch_.take(alert, now); }),
      delivery_(
          book_, outside_.send,
          [this](const notify::Notification& done, Timestamp now) { dispatch_.settle(done, now); },
          outside_.seed),
      housekeeping_(book_) {}

void Engine::begin(std::shared_ptr<const config::Config> config, Timestamp now) {
  book_.log(now, EventKind::Started, 0, "",
            fmt::format("{} alerts, {} silences, {} groups, {} messages in the outbox",
                        book_.alerts().size(), book_.silences().size(), book_.groups().size(),
                        book_.outbox().size()));
  put_in_force(std::move(config), now);
  reload_status_.last_success = now;
  clock_set_back(now);  // it may have been while the service was away
  book_.commit();
}

void Engine::put_in_force(std::shared_ptr<const config::Config> config, Timestamp now) {
  book_.begin();
  outside_.prepare_config(*config);
  config_ = config;
  // Dispatch first: alerts that resolve because their rule is gone must find their groups.
  dispatch_.configure(config, now);
  evaluation_.configure(config, now);
  delivery_.configure(config, now);
}

void Engine::clock_set_back(Timestamp now) {
  evaluation_.clock_set_back(now);
  dispatch_.clock_set_back(now);
  delivery_.clock_set_back(now);
}

Timestamp Engine::turn(Timestamp now) {
  if (now < last_turn_) clock_set_back(now);
  last_turn_ = now;
  delivery_.collect(now);
  run_commands(now);
  Timestamp next = evaluation_.tick(now);
  next = std::min(next, dispatch_.tick(now));
  next = std::min(next, housekeeping_.tick(now));
  book_.commit();
  next = std::min(next, delivery_.start(now));
  book_.commit();  // nothing is left to journal: lets the readers in
  return next;
}

void Engine::drain(Timestamp now) {
  delivery_.collect(now);
  book_.commit();
}

void Engine::run_commands(Timestamp now) {
  std::deque<Command> commands;
  {
    const std::lock_guard lock(commands_mutex_);
    commands.swap(commands_);
  }
  if (commands.empty()) return;
  book_.commit();  // commands journal before they apply
  for (Command& command : commands) command.run(now);
}

template <class Result>
Result Engine::ask(std::function<Result(Timestamp now)> what) {
  // The reason travels as text: an exception that two threads hold is freed by whichever is last.
  using Answer = std::variant<Result, Refused>;
  const auto answer = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = answer->get_future();
  Command command;
  command.run = [what = std::move(what), answer](Timestamp now) {
    try {
      answer->set_value(Answer(std::in_place_index<0>, what(now)));
    } catch (const std::exception& error) {
      answer->set_value(Refused{error.what()});
    }
  };
  command.fail = [answer](std::string why) { answer->set_value(Refused{std::move(why)}); };
  {
    const std::lock_guard lock(commands_mutex_);
    if (refusing_) throw Error(kStopping);
    commands_.push_back(std::move(command));
  }
  wake_();
  Answer came = future.get();
  if (auto* refused = std::get_if<Refused>(&came)) throw Error(refused->why);
  return std::get<0>(std::move(came));
}

void Engine::refuse_commands() {
  std::deque<Command> waiting;
  {
    const std::lock_guard lock(commands_mutex_);
    refusing_ = true;
    waiting.swap(commands_);
  }
  for (Command& command : waiting) command.fail(kStopping);
}

std::variant<route::SilenceChange, route::SilenceRefusal> Engine::put_silence(
    route::SilenceRequest request, std::string by) {
  using Answer = std::variant<route::SilenceChange, route::SilenceRefusal>;
  return ask<Answer>([this, request = std::move(request), by = std::move(by)](Timestamp now) {
    Answer answer =
        route::apply_request(request, book_.silences().find(request.id), outside_.new_id(), now);
    const auto* change = std::get_if<route::SilenceChange>(&answer);
    if (change == nullptr) return answer;
    std::vector<journal::Change> changes;
    for (const route::Silence& silence : change->stored) {
      changes.emplace_back(journal::PutSilence{silence, by});
      const EventKind kind = silence.id != change->id ? EventKind::SilenceExpired
                             : change->created        ? EventKind::SilenceCreated
                                                      : EventKind::SilenceUpdated;
      changes.emplace_back(journal::AddEvent{
          {now, kind, 0, silence.id,
           fmt::format("{} until {} by {} (from {}): {}", to_string(silence.matchers),
                       format_rfc3339(silence.ends_at), silence.created_by, by, silence.comment)}});
    }
    book_.commit_now(changes);
    return answer;
  });
}

Expired Engine::expire_silence(std::string id, std::string by) {
  return ask<Expired>([this, id = std::move(id), by = std::move(by)](Timestamp now) {
    const route::Silence* silence = book_.silences().find(id);
    if (silence == nullptr) return Expired::NotFound;
    if (std::optional<route::Silence> expired = route::expire(*silence, now)) {
      book_.commit_now({journal::PutSilence{*expired, by},
                        journal::AddEvent{{now, EventKind::SilenceExpired, 0, id,
                                           fmt::format("expired (from {})", by)}}});
    }
    return Expired::Done;
  });
}

std::string Engine::reload() {
  std::shared_ptr<const config::Config> next;
  std::string problem;
  try {
    next = outside_.load_config();
  } catch (const Error& error) {
    problem = error.what();
  }
  return ask<std::string>([this, next, problem](Timestamp now) {
    book_.begin();
    if (next) {
      put_in_force(next, now);
      reload_status_ = {true, now, ""};
      book_.log(now, EventKind::Reloaded, 0, "", "configuration and rules were loaded again");
      spdlog::info("configuration reloaded from {}", next->file);
    } else {
      reload_status_.last_successful = false;
      reload_status_.last_error = problem;
      book_.log(now, EventKind::ReloadFailed, 0, "", problem);
      spdlog::error("the configuration was not reloaded, the previous one goes on:\n{}", problem);
    }
    book_.commit();
    return problem;
  });
}

std::shared_ptr<const config::Config> Engine::config() const {
  const auto lock = book_.read_lock();
  return config_;
}

ReloadStatus Engine::reload_status() const {
  const auto lock = book_.read_lock();
  return reload_status_;
}

std::vector<std::string> receivers_of(const config::Config& config, const Labels& labels) {
  std::vector<std::string> names;
  for (const route::Route* route : route::match(config.route, labels)) {
    names.push_back(route->receiver);
  }
  return names;
}

std::map<std::string, DeliveryStatus> Engine::delivery_status() const {
  const auto lock = book_.read_lock();
  return delivery_.status();
}

std::vector<notify::OutboxRow> Engine::outbox() const {
  const auto lock = book_.read_lock();
  std::vector<notify::OutboxRow> rows;
  for (const auto& [id, row] : book_.outbox()) rows.push_back(row);
  return rows;
}

std::size_t Engine::group_count() const {
  const auto lock = book_.read_lock();
  return book_.groups().size();
}

JournalStatus Engine::journal_status() const {
  const auto lock = book_.read_lock();
  return {book_.commits(), book_.failed_commits()};
}

std::vector<Event> Engine::events(const journal::EventQuery& query) const {
  return journal_.events(query);
}

}  // namespace tocsin::engine
