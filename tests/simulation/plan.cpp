#include "simulation/plan.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "simulation/spec_maker.h"

namespace tocsin::simulation {
namespace {

/// Whether channels have rate limits: a third of all seeds, and none of those that once broke
/// something without them.
bool limits(std::uint64_t seed) { return seed % 6 == 1 || seed % 6 == 5; }

std::uint64_t mixed(std::uint64_t seed) {
  seed += 0x9E3779B97F4A7C15;
  seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
  seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EB;
  return seed ^ (seed >> 31);
}

class Maker {
 public:
  Maker(std::uint64_t seed, double days)
      : choices_(mixed(seed)),
        end_(std::chrono::duration_cast<Duration>(hours{24} * days)),
        jumps_(choices_.one_in(3)) {
    plan_.seed = seed;
    plan_.initial = make_spec(choices_, limits(seed));
    spec_ = plan_.initial;
  }

  Plan make() {
    Duration at{0};
    do {
      const Duration storm_ends = at + upto(hours{8}) + minutes{10};
      while (at < storm_ends) {
        at += choices_.one_in(3) ? upto(seconds{5}) : upto(minutes{6});
        plan_.actions.push_back({at, any()});
      }
      plan_.actions.push_back({at, Calm{}});
      at += kCalm;
      plan_.actions.push_back({at, CheckQuiet{}});
    } while (at < end_);
    return std::move(plan_);
  }

 private:
  Duration upto(Duration most) {
    return Duration{choices_.below(static_cast<std::uint32_t>(most.count())) + 1};
  }

  decltype(Action::what) any() {
    const std::uint32_t dice = choices_.below(100);
    if (dice < 30) return series();
    if (dice < 50) return post();
    if (dice < 60) return silence();
    if (dice < 64) return ExpireSilence{static_cast<int>(choices_.below(kSlots))};
    if (dice < 77) return receiver_trouble();
    if (dice < 82) return query_trouble();
    if (dice < 86) return reload();
    if (dice < 95) return kill();
    if (dice < 98) return DiskTrouble{choices_.one_in(3) ? upto(hours{1}) : upto(minutes{2})};
    if (jumps_) return jump();
    return series();
  }

  SetSeries series() {
    const auto& groups = spec_.groups;
    const RuleGroupSpec& group = groups[choices_.below(static_cast<std::uint32_t>(groups.size()))];
    const RuleSpec& rule =
        group.rules[choices_.below(static_cast<std::uint32_t>(group.rules.size()))];
    if (choices_.one_in(3)) return {rule.expression, 0};
    return {rule.expression, choices_.below(1U << kSeries) & choices_.below(1U << kSeries)};
  }

  Post post() {
    Post post;
    for (std::uint32_t i = 0; i <= choices_.below(4); ++i) {
      PostedSpec posted;
      posted.labels = posted_labels(choices_);
      posted.started_ago = choices_.one_in(2) ? Duration{0} : upto(hours{1});
      const std::uint32_t dice = choices_.below(10);
      if (dice < 3) posted.ends_in = upto(minutes{40});
      if (dice == 3 || dice == 4) posted.ends_in = Duration{0};
      if (dice == 5) posted.ends_in = -std::min(upto(minutes{10}), posted.started_ago);
      post.alerts.push_back(std::move(posted));
    }
    return post;
  }

  PutSilence silence() {
    PutSilence put;
    put.slot = static_cast<int>(choices_.below(kSlots));
    put.update = choices_.one_in(3);
    put.matchers = silence_matchers(choices_);
    if (choices_.one_in(4)) put.starts_in = upto(minutes{30});
    put.length = choices_.one_in(2) ? upto(minutes{20}) : upto(hours{6});
    return put;
  }

  ReceiverTrouble receiver_trouble() {
    static constexpr Manner kManners[] = {
        Manner::Slow,      Manner::TooMany,  Manner::Down,         Manner::Refusing,
        Manner::CutBefore, Manner::CutAfter, Manner::HangsUnheard, Manner::HangsHeard,
        Manner::Fine,      Manner::Down,     Manner::TooMany,      Manner::DownAfterActing};
    ReceiverTrouble trouble;
    trouble.url = url_of(choices_.below(kUrls));
    trouble.manner = choices_.of(kManners);
    trouble.latency = choices_.one_in(2) ? upto(Duration{50}) : upto(seconds{9});
    trouble.retry_after = std::chrono::floor<seconds>(upto(minutes{9})) + seconds{1};
    trouble.length = choices_.one_in(4) ? upto(hours{5}) : upto(minutes{20});
    return trouble;
  }

  QueryTrouble query_trouble() {
    static constexpr QueryTrouble::Kind kKinds[] = {
        QueryTrouble::Kind::Slow, QueryTrouble::Kind::Failing, QueryTrouble::Kind::Hanging};
    return {choices_.of(kKinds), choices_.one_in(2) ? upto(seconds{2}) : upto(minutes{2}),
            upto(minutes{15})};
  }

  Reload reload() {
    Spec next = changed_spec(spec_, choices_);
    if (!next.broken) spec_ = next;
    return {std::move(next)};
  }

  Kill kill() {
    Kill kill;
    kill.effects = static_cast<int>(choices_.below(12));
    kill.away = choices_.one_in(5) ? upto(hours{3}) : upto(seconds{20});
    if (choices_.one_in(4)) kill.start_delay = upto(minutes{2});
    return kill;
  }

  ClockJump jump() {
    const Duration by = choices_.one_in(2) ? upto(minutes{10}) : upto(hours{5});
    return {choices_.one_in(2) ? by : -by};
  }

  Choices choices_;
  Duration end_;
  bool jumps_;
  Plan plan_;
  Spec spec_;
};

struct Describer {
  std::string operator()(const SetSeries& a) const {
    std::string text = "series of " + a.expression + ":";
    for (unsigned i = 0; i < kSeries; ++i) {
      if ((a.series >> i & 1U) != 0) text += " " + series_labels(i).to_string();
    }
    return text;
  }
  std::string operator()(const QueryTrouble& a) const {
    static constexpr const char* kNames[] = {"slow", "failing", "hanging"};
    return fmt::format("queries are {} ({}) for {}", kNames[static_cast<int>(a.kind)], a.latency,
                       format_duration(a.length));
  }
  std::string operator()(const ReceiverTrouble& a) const {
    static constexpr const char* kNames[] = {"fine",
                                             "slow",
                                             "429",
                                             "503",
                                             "400",
                                             "cut before it acts",
                                             "cut after it acted",
                                             "hangs unheard",
                                             "hangs, heard",
                                             "503 after it acted"};
    return fmt::format("receiver {} is {} (latency {}, Retry-After {}) for {}", a.url,
                       kNames[static_cast<int>(a.manner)], a.latency,
                       format_duration(a.retry_after), format_duration(a.length));
  }
  std::string operator()(const Post& a) const {
    std::string text = "post";
    for (const PostedSpec& each : a.alerts) {
      text += fmt::format(" {} since {} ends {}", each.labels.to_string(),
                          format_duration(each.started_ago),
                          each.ends_in ? format_duration(*each.ends_in) : "by timeout");
    }
    return text;
  }
  std::string operator()(const PutSilence& a) const {
    std::string text = fmt::format("{} silence {}:", a.update ? "update" : "create", a.slot);
    for (const MatcherSpec& each : a.matchers) text += " " + to_text(each);
    return text +
           fmt::format(" in {} for {}", format_duration(a.starts_in), format_duration(a.length));
  }
  std::string operator()(const ExpireSilence& a) const {
    return fmt::format("expire silence {}", a.slot);
  }
  std::string operator()(const Reload& a) const {
    return a.spec.broken ? "reload of a broken file" : "reload";
  }
  std::string operator()(const Kill& a) const {
    return fmt::format("kill after {} effects, away for {}, start delay {}", a.effects,
                       format_duration(a.away), format_duration(a.start_delay));
  }
  std::string operator()(const DiskTrouble& a) const {
    return "disk full for " + format_duration(a.length);
  }
  std::string operator()(const ClockJump& a) const {
    return "clock jumps by " + format_duration(a.by);
  }
  std::string operator()(const Calm&) const { return "calm"; }
  std::string operator()(const CheckQuiet&) const { return "check that all is told"; }
};

}  // namespace

Labels series_labels(unsigned index) {
  static constexpr const char* kHosts[] = {"a", "b", "c", "d"};
  return Labels{{"host", kHosts[index % 4]}, {"team", index < 4 ? "x" : "y"}};
}

std::string describe(const Action& action) { return std::visit(Describer{}, action.what); }

Plan make_plan(std::uint64_t seed, double days) { return Maker(seed, days).make(); }

}  // namespace tocsin::simulation
