// A whole Tocsin in a test: the real engine under a clock that the test moves, a source that says
// what the test tells it, and channels that record what they are given.
#pragma once

#include <cstdio>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "engine/engine.h"
#include "journal/memory_journal.h"
#include "query/source.h"

namespace tocsin::testing {

/// Answers every expression from a table; unknown expressions are quiet.
class FakeSource : public query::Source {
 public:
  void instant(const std::string& expression, Timestamp at,
               std::function<void(query::Answer)> done) override {
    ++asked;
    expressions.push_back(expression);
    instants.push_back(at);
    if (hold) {
      held.emplace_back(std::move(done), answer(expression, at));
    } else {
      done(answer(expression, at));
    }
  }
  void write(std::span<const query::Sample> samples,
             std::function<void(std::string)> done) override {
    written.insert(written.end(), samples.begin(), samples.end());
    done(write_problem);
  }
  bool writable() const override { return true; }
  bool wants_rule_series() const override { return rule_series; }
  bool ready() const override { return is_ready; }

  /// From now on the expression gives these series, all with the value.
  void set(const std::string& expression, std::vector<Labels> series, double value = 1) {
    query::Samples vector;
    for (Labels& labels : series) vector.push_back({std::move(labels), Timestamp{}, value});
    answers_[expression] = std::move(vector);
  }
  void fail(const std::string& expression, std::string why) {
    answers_[expression] = query::Failure{std::move(why)};
  }
  void release() {
    auto waiting = std::move(held);
    held.clear();
    for (auto& [done, answer] : waiting) done(answer);
  }

  bool hold = false;  ///< answers wait for release()
  bool is_ready = true;
  int asked = 0;
  std::vector<std::string> expressions;  ///< that were asked, in order
  std::vector<Timestamp> instants;       ///< and about when
  std::vector<std::pair<std::function<void(query::Answer)>, query::Answer>> held;
  std::vector<query::Sample> written;
  bool rule_series = false;  ///< whether it wants ALERTS and the ends of series
  std::string write_problem;

 private:
  query::Answer answer(const std::string& expression, Timestamp at) const {
    const auto found = answers_.find(expression);
    if (found == answers_.end()) return query::Samples{};
    query::Answer answer = found->second;
    if (auto* vector = std::get_if<query::Samples>(&answer)) {
      for (query::Sample& sample : *vector) sample.at = at;
    }
    return answer;
  }
  std::map<std::string, query::Answer> answers_;
};

/// What one delivery was, as far as tests care: the body of the request.
struct Delivered {
  Timestamp at;
  std::string url;
  std::string body;
};

/// A configuration file and the text of its one rule file.
struct Files {
  std::string config;
  std::string rules;
};

inline std::shared_ptr<const config::Config> load(const Files& files) {
  auto config = std::make_shared<config::Config>(*config::parse(files.config, "test.yaml"));
  std::vector<Diagnostic> problems;
  config->groups = config::parse_rule_file(files.rules, "rules.yaml", problems);
  if (!problems.empty()) throw InvalidInput(problems);
  rule::name_rules(config->groups);
  return config;
}

class World {
 public:
  /// `adjust` may change what the engine is given, at each start.
  explicit World(Files initial, std::function<void(engine::Outside&)> adjust = {})
      : files(std::move(initial)), adjust_(std::move(adjust)) {
    start();
  }

  /// Ends the engine as a crash would and starts it again on the same journal, with `files`.
  void crash_and_restart() {
    engine_.reset();
    start();
  }

  /// Moves the clock on in steps, one turn at each.
  void run_for(Duration time, Duration step = std::chrono::milliseconds{500}) {
    const Timestamp end = now + time;
    turn();
    while (now < end) {
      now += step;
      turn();
    }
  }
  void turn() {
    engine_->turn(now);
    // Outcomes of what was sent in this turn come with the next one.
    engine_->turn(now);
  }

  /// What a command from another thread would do, run to its end.
  template <class Function>
  auto ask(Function function) {
    std::future<decltype(function(*engine_))> result =
        std::async(std::launch::async, [&] { return function(*engine_); });
    while (result.wait_for(std::chrono::milliseconds{1}) != std::future_status::ready) {
      engine_->turn(now);
    }
    return result.get();
  }

  /// Bodies of the requests that were accepted, to webhooks whose URL ends with `suffix`.
  std::vector<Delivered> delivered(const std::string& suffix = "") const {
    std::vector<Delivered> found;
    for (const Delivered& each : delivered_) {
      if (each.url.ends_with(suffix)) found.push_back(each);
    }
    return found;
  }

  engine::Engine& engine() { return *engine_; }
  journal::MemoryJournal& journal() { return journal_; }

  Timestamp now = Timestamp{std::chrono::hours{24 * 365 * 56}};
  FakeSource source;
  /// How channels answer; by default everything is accepted.
  std::function<net::Result(const Delivered&)> answer = [](const Delivered&) {
    return net::Response{200, {}, "ok"};
  };
  std::vector<Delivered> attempts;
  bool hold_answers = false;  ///< of channels; they wait for release_answers()
  void release_answers() {
    const auto waiting = std::move(held_answers_);
    held_answers_.clear();
    for (const auto& tell : waiting) tell();
  }
  Files files;  ///< what a reload or restart reads

 private:
  void start() {
    engine::Outside outside;
    outside.source = [this](const std::string&) { return &source; };
    outside.send = [this](notifiers::Delivery delivery, std::function<void(net::Result)> done) {
      send(delivery, done);
    };
    outside.new_id = [this] {
      char id[37];
      std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", ++ids_);
      return std::string(id);
    };
    outside.load_config = [this] { return load(files); };
    outside.prepare_config = [](const config::Config&) {};
    if (adjust_) adjust_(outside);
    engine_ = std::make_unique<engine::Engine>(journal_, std::move(outside), "http://tocsin.test");
    engine_->begin(load(files), now);
  }

  void send(const notifiers::Delivery& delivery, const std::function<void(net::Result)>& done) {
    Delivered what{now, "", ""};
    if (const auto* request = std::get_if<net::Request>(&delivery)) {
      what.url = request->url;
      what.body = request->body;
    } else if (const auto* print = std::get_if<notifiers::Print>(&delivery)) {
      what.url = "console";
      what.body = print->text;
    } else {
      what.body = std::get<net::Mail>(delivery).message;
    }
    attempts.push_back(what);
    if (hold_answers) {
      held_answers_.push_back([this, what, done] { respond(what, done); });
    } else {
      respond(what, done);
    }
  }

  void respond(const Delivered& what, const std::function<void(net::Result)>& done) {
    const net::Result result = answer(what);
    const auto* response = std::get_if<net::Response>(&result);
    if (response != nullptr && response->status / 100 == 2) delivered_.push_back(what);
    done(result);
  }

  std::function<void(engine::Outside&)> adjust_;
  journal::MemoryJournal journal_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<Delivered> delivered_;
  std::vector<std::function<void()>> held_answers_;
  int ids_ = 0;
};

}  // namespace tocsin::testing
