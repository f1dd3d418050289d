// What keeps an alert quiet: silences, inhibition, hours; and what looks as if it did.
#include <algorithm>
#include <cctype>
#include <tuple>

#include <fmt/format.h>

#include "explain/parts.h"
#include "model/moment.h"
#include "model/text.h"

namespace tocsin::explain {
namespace {

constexpr std::size_t kMostNearMisses = 5;
constexpr Duration kHorizon = std::chrono::hours{35 * 24};

std::vector<const Matcher*> failing(const Matchers& matchers, const Labels& labels) {
  std::vector<const Matcher*> found;
  for (const Matcher& each : matchers) {
    if (!each.matches(labels)) found.push_back(&each);
  }
  return found;
}

std::string failures(const std::vector<const Matcher*>& matchers, const Labels& labels) {
  std::string text;
  for (const Matcher* each : matchers) {
    text += (text.empty() ? "" : "; ") + failure_of(*each, labels);
  }
  return text;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

/// Whether somebody may have meant this alert: something else of the silence holds, or the only
/// matcher nearly does.
bool is_near(const Matchers& matchers, const std::vector<const Matcher*>& wrong,
             const Labels& labels) {
  if (wrong.size() < matchers.size()) return true;
  if (wrong.size() != 1) return false;
  const std::string_view value = labels.get(wrong.front()->name());
  return same_but_for_case(value, wrong.front()->value()) ||
         failure_of(*wrong.front(), labels).find("not a part") != std::string::npos;
}

/// Two `=` on one label: no alert has both values.
std::string contradiction(const Matchers& matchers) {
  for (std::size_t i = 0; i + 1 < matchers.size(); ++i) {
    for (std::size_t j = i + 1; j < matchers.size(); ++j) {
      const Matcher& a = matchers[i];
      const Matcher& b = matchers[j];
      if (a.op() != MatchOp::Equal || b.op() != MatchOp::Equal || a.name() != b.name()) continue;
      return fmt::format(" (no alert has two values of {}: {}=~\"{}|{}\" means either)", a.name(),
                         a.name(), a.value(), b.value());
    }
  }
  return "";
}

MuteSaid silence_said(const route::Silence& silence, const Labels& labels, Timestamp now) {
  MuteSaid said{MuteSaid::Kind::Silence, silence.id, silence.ends_at, false, ""};
  const auto wrong = failing(silence.matchers, labels);
  if (!wrong.empty()) {
    said.text = fmt::format("silence {} does not match: {}; all matchers have to hold{}",
                            silence.id, failures(wrong, labels), contradiction(silence.matchers));
    return said;
  }
  switch (route::state(silence, now)) {
    case route::SilenceState::Active:
      said.holds = true;
      said.text = fmt::format("silenced by {}: {}", silence.id, silence_text(silence, now));
      break;
    case route::SilenceState::Pending:
      said.text = fmt::format("silence {} matches, but starts only at {}", silence.id,
                              moment_text(silence.starts_at, now));
      break;
    case route::SilenceState::Expired:
      said.text = fmt::format("silence {} matches, but ended at {}", silence.id,
                              moment_text(silence.ends_at, now));
      break;
  }
  return said;
}

void add_silences(const Facts& facts, Timestamp now, Explanation& out) {
  using Ranked = std::tuple<std::size_t, Duration, const route::Silence*>;
  std::vector<Ranked> near;
  for (const auto& each : facts.silences) {
    const auto wrong = failing(each->matchers, facts.labels);
    const bool over = route::state(*each, now) == route::SilenceState::Expired;
    if (wrong.empty() && !over) {
      out.mutes.push_back(silence_said(*each, facts.labels, now));
    } else if (wrong.empty() || (!over && is_near(each->matchers, wrong, facts.labels))) {
      near.emplace_back(wrong.size(), now - each->updated_at, each.get());
    }
  }
  std::sort(near.begin(), near.end());
  near.resize(std::min(near.size(), kMostNearMisses));
  for (const auto& [wrong, age, silence] : near) {
    out.mutes.push_back(silence_said(*silence, facts.labels, now));
  }
}

std::string name_of(const route::InhibitRule& rule, const config::Config& config) {
  if (!rule.name.empty()) return quote(rule.name);
  for (std::size_t i = 0; i < config.inhibit_rules.size(); ++i) {
    if (config.inhibit_rules[i].source_matchers == rule.source_matchers &&
        config.inhibit_rules[i].target_matchers == rule.target_matchers &&
        config.inhibit_rules[i].equal == rule.equal) {
      return fmt::format("number {}", i + 1);
    }
  }
  return to_string(rule.source_matchers);
}

/// How source and target agree: "cluster is "a" in both", "neither has a label cluster".
std::string agreement(const route::InhibitRule& rule, const Labels& labels) {
  std::string text;
  for (const std::string& name : rule.equal) {
    const std::string_view value = labels.get(name);
    text += text.empty() ? "" : ", ";
    text += value.empty() ? fmt::format("neither has a label {}", name)
                          : fmt::format("{} is {} in both", name, quote(value));
  }
  return text.empty() ? "the rule has no `equal`" : text;
}

/// Why a source that fires does not inhibit the alert.
std::string disagreement(const route::InhibitRule& rule, const Alert& source,
                         const Labels& labels) {
  for (const std::string& name : rule.equal) {
    if (source.labels.get(name) == labels.get(name)) continue;
    return fmt::format("{} fires, but its {} is {}, here it is {}", source.labels.to_string(), name,
                       quote(source.labels.get(name)), quote(labels.get(name)));
  }
  return fmt::format(
      "{} fires, but the rule takes both alerts as source and as target, and such do not inhibit "
      "each other",
      source.labels.to_string());
}

std::string no_inhibition(const InhibitFacts& facts, const Labels& labels) {
  const route::InhibitRule& rule = *facts.rule;
  const auto wrong = failing(rule.target_matchers, labels);
  if (!wrong.empty()) {
    return fmt::format("is not about it, {}", failures(wrong, labels));
  }
  std::string text;
  for (const AlertPtr& source : facts.sources) {
    if (source->labels == labels) continue;
    text += (text.empty() ? "" : "; ") + disagreement(rule, *source, labels);
  }
  if (!text.empty()) return "does not hold: " + text;
  return fmt::format("does not hold: no alert fires that matches {}",
                     to_string(rule.source_matchers));
}

void add_inhibition(const Facts& facts, Explanation& out) {
  if (facts.inhibitor) {
    const Inhibitor& by = *facts.inhibitor;
    out.mutes.push_back(
        {MuteSaid::Kind::Inhibition, format_fingerprint(by.source->fingerprint), by.source->ends_at,
         true,
         fmt::format("inhibited by {} ({}), which fires, through inhibit rule {}: {}",
                     by.source->labels.to_string(), format_fingerprint(by.source->fingerprint),
                     name_of(by.rule, *facts.config), agreement(by.rule, facts.labels))});
    return;
  }
  std::size_t shown = 0;
  for (const InhibitFacts& each : facts.inhibit_rules) {
    if (++shown > 2 * kMostNearMisses) return;
    out.mutes.push_back({MuteSaid::Kind::Inhibition, "", std::nullopt, false,
                         fmt::format("inhibit rule {} {}", name_of(*each.rule, *facts.config),
                                     no_inhibition(each, facts.labels))});
  }
}

bool any_contains(const config::Config& config, const std::vector<std::string>& names,
                  Timestamp at) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const route::TimeInterval* interval = config.time_interval(name);
    return interval != nullptr && route::contains(*interval, at);
  });
}

bool is_quiet(const config::Config& config, const route::Route& route, Timestamp at) {
  const auto& active = route.active_time_intervals;
  return any_contains(config, route.mute_time_intervals, at) ||
         (!active.empty() && !any_contains(config, active, at));
}

/// The first full minute at which the route speaks.
std::optional<Timestamp> speaks_from(const config::Config& config, const route::Route& route,
                                     Timestamp now) {
  constexpr std::chrono::minutes kStep{1};  // intervals begin with minutes
  for (Timestamp at = std::chrono::floor<std::chrono::minutes>(now) + kStep; at < now + kHorizon;
       at += kStep) {
    if (!is_quiet(config, route, at)) return at;
  }
  return std::nullopt;
}

}  // namespace

std::string silence_text(const route::Silence& silence, Timestamp now) {
  return fmt::format("{} by {} until {}: {}", to_string(silence.matchers),
                     silence.created_by.empty() ? "nobody" : silence.created_by,
                     moment_text(silence.ends_at, now), quote(silence.comment));
}

std::vector<MuteSaid> time_mutes(const config::Config& config, const route::Route& route,
                                 Timestamp now) {
  if (!is_quiet(config, route, now)) return {};
  const std::optional<Timestamp> until = speaks_from(config, route, now);
  const std::string end = until ? "until " + moment_text(*until, now) : "for weeks";
  std::vector<MuteSaid> said;
  for (const std::string& name : route.mute_time_intervals) {
    if (!any_contains(config, {name}, now)) continue;
    said.push_back(
        {MuteSaid::Kind::TimeInterval, name, until, true,
         fmt::format("muted {}: time interval {} of the route holds", end, quote(name))});
  }
  if (!said.empty()) return said;
  std::string names;
  for (const std::string& name : route.active_time_intervals) {
    names += (names.empty() ? "" : ", ") + quote(name);
  }
  return {{MuteSaid::Kind::TimeInterval, route.active_time_intervals.front(), until, true,
           fmt::format("muted {}: it is outside of the route's active time intervals ({})", end,
                       names)}};
}

void add_mutes(const Facts& facts, Timestamp now, Explanation& out) {
  add_silences(facts, now, out);
  add_inhibition(facts, out);
}

}  // namespace tocsin::explain
