// What an explanation is made of: everything that is known about one alert at one instant, as
// values. Whoever explains gathers them; nothing here asks anybody.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "group/group.h"
#include "journal/journal.h"
#include "model/alert.h"
#include "model/event.h"
#include "notify/decide.h"
#include "notify/outbox.h"
#include "route/inhibition.h"
#include "route/silence.h"
#include "rule/rule.h"
#include "state/step.h"

namespace tocsin::explain {

/// A rule that has the alert, or could have.
struct RuleFacts {
  const rule::Rule* rule = nullptr;        ///< into Facts::config
  const rule::RuleGroup* group = nullptr;  ///< the same
  std::string health;                      ///< "ok", "err", "unknown"
  std::string last_error;
  Timestamp last_evaluation;            ///< epoch: never
  std::optional<state::Active> active;  ///< none: the rule has no such alert now
};

struct RowFacts {
  notify::OutboxRow row;
  bool under_way = false;  ///< an attempt was started and has not ended
};

/// A channel of the receiver of a group.
struct ChannelFacts {
  std::string name;  ///< "slack/0"
  std::optional<notify::TellRecord> told;
  std::vector<RowFacts> rows;           ///< about the group, oldest first
  std::optional<Timestamp> held_until;  ///< the destination asked for a pause until then
  std::optional<Timestamp> free_at;     ///< when its rate limit lets the next attempt start
};

/// A group that the alert is in.
struct GroupFacts {
  group::Group group;
  std::size_t members = 0;
  /// Those that are neither silenced nor inhibited, with their status now.
  std::vector<notify::Told> heard;
  std::vector<ChannelFacts> channels;
};

/// An inhibition rule and some of the alerts that fire and that it takes as sources.
struct InhibitFacts {
  const route::InhibitRule* rule = nullptr;  ///< into Facts::config
  std::vector<AlertPtr> sources;
};

/// Who inhibits the alert now.
struct Inhibitor {
  AlertPtr source;
  route::InhibitRule rule;
};

struct Facts {
  std::shared_ptr<const config::Config> config;
  Fingerprint fingerprint = 0;  ///< 0: only a rule is asked about, no alert of it is known
  Labels labels;                ///< empty: unknown by now
  AlertPtr alert;               ///< null: no alert of that identity fires or was over lately
  std::vector<RuleFacts> rules;
  std::vector<GroupFacts> groups;
  std::vector<std::shared_ptr<const route::Silence>> silences;  ///< all that are listed
  std::optional<Inhibitor> inhibitor;
  std::vector<InhibitFacts> inhibit_rules;
  std::vector<Event> timeline;  ///< of the alert and its groups, newest first
  /// Versions of the silences that the timeline names, and of those that match: for the past.
  std::vector<journal::SilenceVersion> silence_versions;
  std::optional<Timestamp> hold_until;  ///< nobody is told anything before
  std::string journal_failure;          ///< why nothing reaches the disk; empty: all does
};

}  // namespace tocsin::explain
