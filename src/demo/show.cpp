#include "demo/show.h"

#include <array>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "demo/files.h"

namespace tocsin::demo {
namespace {

constexpr Duration kPatience = std::chrono::minutes{1};
constexpr std::size_t kMostEvents = 10'000;
constexpr std::array<const char*, 3> kChannels = {"email", "Slack", "Discord"};
constexpr std::array<const char*, 3> kAlerts = {kErrors, kLatency, kLogins};

/// "value 0.81: waits for 5s" of the detail `{labels} = 0.81: waits for 5s`.
std::string value_and_reason(const std::string& detail) {
  const std::size_t at = detail.find("} = ");
  return at == std::string::npos ? detail : "value " + detail.substr(at + 4);
}

}  // namespace

Show::Show(engine::Engine& engine, StandIns& stand_ins, Stage stage)
    : engine_(engine), stand_ins_(stand_ins), stage_(std::move(stage)), started_(stage_.now()) {
  for (const char* alert : kAlerts) {
    names_[labels_of(alert).fingerprint()] = alert;
    seen_[alert] = {};
  }
}

bool Show::run() {
  return open() && errors() && latency() && logins() && end_of_silence() && healing();
}

bool Show::open() {
  headline("All is well");
  line("every second a backend is scraped and three rules are evaluated");
  return await("a first evaluation of the rules over scraped samples", [this] {
    const auto view = engine_.rules();
    const Timestamp turn = engine_.last_turn();
    return !view->groups().empty() && turn - started_ > std::chrono::seconds{12};
  });
}

bool Show::errors() {
  headline("The backend begins to answer one request in four with 500");
  stand_ins_.backend().begin(Trouble::Errors, stage_.now());
  return await(fmt::format("messages about {} on all channels", kErrors),
               [this] { return all_told(kErrors, false); });
}

bool Show::latency() {
  headline("Now requests take two to four seconds, too");
  stand_ins_.backend().begin(Trouble::Latency, stage_.now());
  if (!await(fmt::format("{} to be pending", kLatency),
             [this] { return seen_[kLatency].pending.has_value(); })) {
    return false;
  }
  route::SilenceRequest request;
  request.matchers.emplace_back("alertname", MatchOp::Equal, kLatency);
  request.ends_at = stage_.now() + std::chrono::hours{2};
  request.created_by = "you";
  request.comment = "we know, a bigger machine is on its way";
  const auto answer = engine_.put_silence(std::move(request), "the demo");
  if (const auto* refusal = std::get_if<route::SilenceRefusal>(&answer)) {
    missing_ = "a silence: " + refusal->message;
    return false;
  }
  silence_ = std::get<route::SilenceChange>(answer).id;
  line(fmt::format("you know why: tocsin silence add {} -d 2h -c \"we know, …\"", kLatency));
  return await(fmt::format("{} to fire and be left out because of its silence", kLatency),
               [this] { return seen_[kLatency].firing && seen_[kLatency].muted; });
}

bool Show::logins() {
  headline("Somebody tries passwords: five logins fail each second");
  stand_ins_.backend().begin(Trouble::Logins, stage_.now());
  return await(fmt::format("messages about {} on all channels", kLogins),
               [this] { return all_told(kLogins, false); });
}

bool Show::end_of_silence() {
  if (!seen_[kLatency].told_firing.empty()) {
    missing_ = fmt::format("quiet about {}: it was told although it was silenced", kLatency);
    return false;
  }
  headline("You end the silence; what it kept quiet still fires and is told");
  engine_.expire_silence(silence_, "the demo");
  return await(fmt::format("messages about {} on all channels", kLatency),
               [this] { return all_told(kLatency, false); });
}

bool Show::healing() {
  headline("The backend is well again");
  stand_ins_.backend().heal(stage_.now());
  return await("messages on all channels that all of it is over", [this] {
    return all_told(kErrors, true) && all_told(kLatency, true) && all_told(kLogins, true);
  });
}

bool Show::await(const std::string& what, const std::function<bool()>& done) {
  const Timestamp until = stage_.now() + kPatience;
  for (;;) {
    pass_on_news();
    if (done()) return true;
    if (stage_.now() > until) {
      missing_ = what;
      return false;
    }
    if (!stage_.pause()) {
      missing_ = what + " when it was ended";
      return false;
    }
  }
}

void Show::headline(const std::string& text) {
  stage_.say("");
  stage_.say(fmt::format("{}  {}", since(stage_.now()), text));
}

void Show::line(const std::string& text) { stage_.say("        " + text); }

void Show::pass_on_news() {
  journal::EventQuery query;
  query.limit = kMostEvents;
  const std::vector<Event> events = engine_.events(query);  // newest first
  for (std::size_t i = events.size() - std::min(events_, events.size()); i-- > 0;) {
    pass_on(events[i]);
  }
  events_ = events.size();
  for (const Message& message : stand_ins_.inbox().since(messages_)) {
    ++messages_;
    pass_on(message);
  }
}

void Show::pass_on(const Event& event) {
  const auto name = names_.find(event.fingerprint);
  if (name == names_.end()) return;
  Seen& seen = seen_[name->second];
  const auto happened = [&](std::optional<Timestamp>& at, const std::string& words) {
    if (std::exchange(at, at.value_or(event.at))) return;
    stage_.say(fmt::format("{}  {} {}", since(event.at), name->second, words));
  };
  switch (event.kind) {
    case EventKind::AlertPending:
      return happened(seen.pending, "is pending: " + value_and_reason(event.detail));
    case EventKind::AlertFiring:
      return happened(seen.firing, "fires");
    case EventKind::Muted:
      return happened(seen.muted, "is left out of messages: " + event.detail);
    case EventKind::AlertResolved:
      return happened(seen.resolved, "is over");
    default:
      return;  // what was sent is said when it comes in
  }
}

void Show::pass_on(const Message& message) {
  for (const char* alert : kAlerts) {
    if (!message.is_about(alert)) continue;
    Seen& seen = seen_[alert];
    (message.is_resolved() ? seen.told_resolved : seen.told_firing).insert(message.channel);
  }
  stage_.say(fmt::format("{}  {:<8}{}", since(stage_.now()), message.channel, message.title));
  if (!shown_.insert(message.channel).second) return;
  std::istringstream lines(message.text);
  constexpr int kMostLines = 12;
  std::string text;
  for (int i = 0; i < kMostLines && std::getline(lines, text); ++i) {
    stage_.say("                | " + text);
  }
}

bool Show::all_told(const std::string& alert, bool resolved) const {
  const Seen& seen = seen_.at(alert);
  return (resolved ? seen.told_resolved : seen.told_firing).size() == kChannels.size();
}

std::string Show::since(Timestamp at) const {
  return fmt::format("{:>5.0f}s", std::chrono::duration<double>(at - started_).count());
}

std::string Show::summary() const {
  const auto when = [this](const std::optional<Timestamp>& at) {
    return at ? since(*at) : std::string("     -");
  };
  std::string out = fmt::format("\n{:<24}{:>8}{:>8}{:>9}{:>10}   {}\n", "alert", "pending", "fires",
                                "silenced", "over", "told by");
  for (const char* alert : kAlerts) {
    const Seen& seen = seen_.at(alert);
    std::string told;
    for (const char* channel : kChannels) {
      const int count = static_cast<int>(seen.told_firing.contains(channel)) +
                        static_cast<int>(seen.told_resolved.contains(channel));
      told += fmt::format("{}{} {}", told.empty() ? "" : ", ", channel,
                          count == 2   ? "(firing, over)"
                          : count == 1 ? "(once)"
                                       : "(not)");
    }
    out += fmt::format("{:<24}{:>8}{:>8}{:>9}{:>10}   {}\n", alert, when(seen.pending),
                       when(seen.firing), when(seen.muted), when(seen.resolved), told);
  }
  if (!missing_.empty()) out += fmt::format("\nThe demo failed: it waited for {}.\n", missing_);
  return out;
}

}  // namespace tocsin::demo
