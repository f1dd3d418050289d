#include "engine/engine.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/engine_ask.h"

namespace tocsin::engine {
namespace {

/// What arrived later than this after the turn's time had its clock set back in between.
constexpr Duration kLongestTurn = std::chrono::seconds{10};

void log_silences(const std::vector<journal::Change>& changes) {
  for (const journal::Change& change : changes) {
    const auto* added = std::get_if<journal::AddEvent>(&change);
    if (added == nullptr) continue;
    const Event& event = added->event;
    spdlog::info("{} {}: {}", to_string(event.kind), event.subject, event.detail);
  }
}

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
      intake_(book_, outside_.intake,
              [this](const AlertPtr& alert, Timestamp now) { dispatch_.take(alert, now); }),
      housekeeping_(book_, outside_.housekeeping),
      heartbeat_(outside_.send, [this](Timestamp now) { return vitals(now); }) {
  if (outside_.evaluation_slice) evaluation_.set_slice(*outside_.evaluation_slice);
}

void Engine::begin(std::shared_ptr<const config::Config> config, Timestamp now,
                   Duration start_delay) {
  book_.log(now, EventKind::Started, 0, "",
            fmt::format("{} alerts, {} silences, {} groups, {} messages in the outbox",
                        book_.alerts().size(), book_.silences().size(), book_.groups().size(),
                        book_.outbox().size()));
  put_in_force(std::move(config), now);
  reload_status_.last_success = now;
  clock_set_back(now);  // it may have been while the service was away
  dispatch_.hold_until(now + start_delay);
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
  heartbeat_.configure(config, now);
}

void Engine::clock_set_back(Timestamp now) {
  evaluation_.clock_set_back(now);
  intake_.clock_set_back(now);
  dispatch_.clock_set_back(now);
  delivery_.clock_set_back(now);
  heartbeat_.clock_set_back(now);
}

Timestamp Engine::turn(Timestamp now) {
  if (now < last_turn_) clock_set_back(now);
  last_turn_ = now;
  turned_at_ = now.time_since_epoch().count();
  delivery_.collect(now);
  run_commands(now);
  take_posts(now);
  Timestamp next = evaluation_.tick(now);
  next = std::min(next, intake_.tick(now));
  next = std::min(next, dispatch_.tick(now));
  next = std::min(next, housekeeping_.tick(now));
  answer_posts(book_.commit());
  next = std::min(next, delivery_.start(now));
  book_.commit();  // what was started on channels with a rate limit; lets the readers in
  next = std::min(next, heartbeat_.tick(now));
  return next;
}

void Engine::drain(Timestamp now) {
  delivery_.collect(now);
  delivery_.settle(now);
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

IntakeResult Engine::post_alerts(std::vector<state::Posted> batch,
                                 std::optional<Timestamp> arrived) {
  Post post;
  post.batch = std::move(batch);
  post.arrived = arrived;
  auto future = post.answer.get_future();
  {
    const std::lock_guard lock(commands_mutex_);
    if (refusing_) throw Error(kStopping);
    posts_.push_back(std::move(post));
  }
  wake_();
  auto answer = future.get();
  if (const auto* why = std::get_if<std::string>(&answer)) throw Error(*why);
  return std::get<IntakeResult>(std::move(answer));
}

void Engine::take_posts(Timestamp now) {
  {
    const std::lock_guard lock(commands_mutex_);
    unanswered_.swap(posts_);
  }
  for (Post& post : unanswered_) {
    const Timestamp at = std::clamp(post.arrived.value_or(now), now, now + kLongestTurn);
    post.result = intake_.take(std::move(post.batch), config_->global.resolve_timeout, at);
  }
}

void Engine::answer_posts(bool written) {
  if (unanswered_.empty()) return;
  std::string why;
  if (!written) book_.healthy(&why);
  for (Post& post : unanswered_) {
    if (written) {
      post.answer.set_value(std::move(post.result));
    } else {
      post.answer.set_value(why);
    }
  }
  unanswered_.clear();
}

void Engine::refuse_commands() {
  std::deque<Command> waiting;
  std::deque<Post> posts;
  {
    const std::lock_guard lock(commands_mutex_);
    refusing_ = true;
    waiting.swap(commands_);
    posts.swap(posts_);
  }
  for (Post& post : posts) post.answer.set_value(kStopping);
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
    if (auto refusal = route::beyond(outside_.silence_limits, *change, book_.silences().size())) {
      return Answer(*refusal);
    }
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
    if (outside_.log_silences) log_silences(changes);
    return answer;
  });
}

net::Result Engine::ask_source(SourceQuestion question) {
  // The loop only starts it; the answer comes from the network, at whatever time.
  const auto answer = std::make_shared<std::promise<net::Result>>();
  std::future<net::Result> future = answer->get_future();
  ask<bool>([&](Timestamp) {
    outside_.ask_source(std::move(question),
                        [answer](net::Result result) { answer->set_value(std::move(result)); });
    return true;
  });
  try {
    return future.get();
  } catch (const std::future_error&) {  // the loop ended before the answer came
    throw Error(kStopping);
  }
}

Expired Engine::expire_silence(std::string id, std::string by) {
  return ask<Expired>([this, id = std::move(id), by = std::move(by)](Timestamp now) {
    const route::Silence* silence = book_.silences().find(id);
    if (silence == nullptr) return Expired::NotFound;
    if (std::optional<route::Silence> expired = route::expire(*silence, now)) {
      const std::vector<journal::Change> changes = {
          journal::PutSilence{*expired, by},
          journal::AddEvent{
              {now, EventKind::SilenceExpired, 0, id, fmt::format("expired (from {})", by)}}};
      book_.commit_now(changes);
      if (outside_.log_silences) log_silences(changes);
    }
    return Expired::Done;
  });
}

std::string Engine::reload(std::string by) {
  std::shared_ptr<const config::Config> next;
  std::string problem;
  try {
    next = outside_.load_config();
  } catch (const Error& error) {
    problem = error.what();
  }
  return ask<std::string>([this, next, problem, by = std::move(by)](Timestamp now) {
    book_.begin();
    if (next) {
      put_in_force(next, now);
      reload_status_ = {true, now, ""};
      book_.log(now, EventKind::Reloaded, 0, "",
                fmt::format("configuration and rules were loaded again (asked for by {})", by));
      spdlog::info("configuration reloaded from {}", next->file);
    } else {
      reload_status_.last_successful = false;
      reload_status_.last_error = problem;
      book_.log(now, EventKind::ReloadFailed, 0, "",
                fmt::format("{} (asked for by {})", problem, by));
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

std::vector<GroupShown> Engine::groups() const {
  const auto lock = book_.read_lock();
  std::map<std::string, const route::Route*> routes;
  for (const route::Route* route : route::all_routes(config_->route)) routes[route->id] = route;
  std::vector<GroupShown> shown;
  shown.reserve(book_.groups().size());
  for (const auto& [id, entry] : book_.groups()) {
    GroupShown& group = shown.emplace_back();
    group.labels = entry.group.labels;
    group.receiver = entry.group.receiver;
    if (const auto at = routes.find(entry.group.route_id); at != routes.end()) {
      group.route_labels = at->second->labels;
    }
    if (const auto at = book_.muted_groups().find(id); at != book_.muted_groups().end()) {
      group.muted_by = at->second;
    }
    for (const Fingerprint member : entry.members) {
      if (AlertPtr alert = book_.alert(member)) group.alerts.push_back(std::move(alert));
    }
    std::ranges::sort(group.alerts, {}, &Alert::fingerprint);
  }
  return shown;
}

std::size_t Engine::group_count() const {
  const auto lock = book_.read_lock();
  return book_.groups().size();
}

IntakeStatus Engine::intake_status() const {
  const auto lock = book_.read_lock();
  return intake_.status();
}

MuteCounts Engine::mute_counts() const {
  const auto lock = book_.read_lock();
  return dispatch_.mute_counts();
}

JournalStatus Engine::journal_status() const {
  const auto lock = book_.read_lock();
  return {book_.commits(), book_.failed_commits(), book_.commit_seconds(),
          book_.last_commit_seconds(), book_.backlog()};
}

std::vector<journal::SilenceVersion> Engine::silence_versions(const std::string& id) const {
  return journal_.silence_versions(id);
}

std::optional<Timestamp> Engine::channel_held_until(const ChannelKey& channel) const {
  const auto lock = book_.read_lock();
  const auto at = book_.holds().find(channel);
  return at == book_.holds().end() ? std::nullopt : std::optional(at->second.until);
}

std::vector<Event> Engine::events(const journal::EventQuery& query) const {
  return journal_.events(query);
}

}  // namespace tocsin::engine
