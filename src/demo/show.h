// The demo's story: the backend breaks, alerts pend, fire, are told, silenced and resolve, and each
// thing that happens is said when it happens.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "demo/stand_ins.h"
#include "engine/engine.h"

namespace tocsin::demo {

/// What the story needs of the world.
struct Stage {
  std::function<Timestamp()> now;
  std::function<void(const std::string& line)> say;
  /// Waits a little; false when the demo is to end early.
  std::function<bool()> pause;
};

class Show {
 public:
  /// The engine runs on files.h's configuration with these stand-ins. All outlive the show.
  Show(engine::Engine& engine, StandIns& stand_ins, Stage stage);

  /// Tells the story to its end, some 80 seconds. False when something did not come within a minute
  /// or it ended early; summary() says what was missing.
  bool run();
  /// What was seen of each alert, as a table, and what is missing.
  std::string summary() const;

 private:
  /// What the timeline said of one alert, and who was told.
  struct Seen {
    std::optional<Timestamp> pending, firing, resolved, muted;
    std::set<std::string> told_firing, told_resolved;  ///< channels
  };

  // The scenes, in order. Each returns false when it could not be played.
  bool open();
  bool errors();
  bool latency();
  bool logins();
  bool end_of_silence();
  bool healing();

  /// Passes on news until `done`; false after a minute without it, or when the demo is to end.
  bool await(const std::string& what, const std::function<bool()>& done);
  bool rest(Duration time);
  void headline(const std::string& text);
  void line(const std::string& text);
  void pass_on_news();
  void pass_on(const Event& event);
  void pass_on(const Message& message);
  bool all_told(const std::string& alert, bool resolved) const;
  std::string since(Timestamp at) const;

  engine::Engine& engine_;
  StandIns& stand_ins_;
  Stage stage_;
  Timestamp started_;
  std::map<std::string, Seen> seen_;          // by alert
  std::map<Fingerprint, std::string> names_;  // of alerts
  std::size_t events_ = 0, messages_ = 0;     // that were passed on
  std::set<std::string> shown_;               // channels whose messages were shown whole
  std::string silence_;                       // its id
  std::string missing_;
};

}  // namespace tocsin::demo
