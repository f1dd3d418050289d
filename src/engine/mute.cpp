// What is left out of a flush, and why: inhibited, outside its hours, silenced.
#include <functional>

#include <fmt/format.h>

#include "engine/dispatch.h"
#include "model/text.h"

namespace tocsin::engine {
namespace {

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const std::string& name : names) all.push_back(quote(name));
  return fmt::format("{}", fmt::join(all, ", "));
}

/// Those of the named intervals that `now` lies in.
std::vector<std::string> containing(const config::Config& config,
                                    const std::vector<std::string>& names, Timestamp now) {
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const route::TimeInterval* interval = config.time_interval(name);
    if (interval != nullptr && route::contains(*interval, now)) found.push_back(name);
  }
  return found;
}

}  // namespace

/// Notes for readers which intervals mute the group; as Alertmanager does, outside of all active
/// ones it is these that are named.
std::optional<Dispatch::Mute> Dispatch::time_mute(const Flush& flush) {
  const route::Route& route = flush.route;
  const std::string& group_id = flush.entry.group.id;
  const std::vector<std::string>& active = route.active_time_intervals;
  if (!active.empty() && containing(*config_, active, flush.now).empty()) {
    book_.set_muted(group_id, active);
    return Mute{MuteKind::ActiveInterval, fmt::format("outside of {}", quoted(active))};
  }
  std::vector<std::string> muting = containing(*config_, route.mute_time_intervals, flush.now);
  book_.set_muted(group_id, muting);
  if (muting.empty()) return std::nullopt;
  return Mute{MuteKind::MuteInterval, fmt::format("muted during {}", quoted(muting))};
}

std::optional<Dispatch::Mute> Dispatch::own_mute(const Alert& alert, Timestamp now) const {
  if (const auto inhibitor = book_.inhibitions().inhibitor(alert.labels, now)) {
    const AlertPtr source = book_.alert(inhibitor->source);
    const std::string& rule = inhibitor->rule->name;
    return Mute{
        MuteKind::Inhibition,
        fmt::format("inhibited by {}{}",
                    source ? source->labels.to_string() : format_fingerprint(inhibitor->source),
                    rule.empty() ? "" : fmt::format(" (rule {})", quote(rule)))};
  }
  const std::vector<std::string> silences = book_.silences().muting(alert.labels, now);
  if (silences.empty()) return std::nullopt;
  return Mute{MuteKind::Silence, fmt::format("silenced by {}", fmt::join(silences, ", "))};
}

void Dispatch::note_muted(const Flush& flush, Fingerprint fingerprint, const Mute& mute) {
  ++mute_counts_[mute.kind];
  const std::string& group_id = flush.entry.group.id;
  const std::size_t why = std::hash<std::string>{}(mute.why);
  auto& known = muted_[group_id];
  const auto at = known.find(fingerprint);
  if (at != known.end() && at->second == why) return;
  known[fingerprint] = why;
  book_.log(flush.now, EventKind::Muted, fingerprint, group_id, mute.why);
}

void Dispatch::sort_out_muted(Flush& flush) {
  const std::optional<Mute> of_group = time_mute(flush);
  const auto at = muted_.find(flush.entry.group.id);
  auto* noted = at == muted_.end() ? nullptr : &at->second;
  for (const Fingerprint fingerprint : flush.entry.members) {
    AlertPtr alert = book_.alert(fingerprint);
    const bool over = !alert || alert->resolved(flush.now);
    if (over) flush.over.push_back(fingerprint);
    if (!alert) continue;
    const std::optional<Mute> own = own_mute(*alert, flush.now);
    if (own) {
      note_muted(flush, fingerprint, *own);
      flush.muted.insert(fingerprint);
    } else if (of_group) {
      note_muted(flush, fingerprint, *of_group);
      flush.postponed.insert(fingerprint);
    } else {
      if (noted != nullptr) noted->erase(fingerprint);
      flush.alerts.push_back(
          {std::move(alert), over ? notify::Status::Resolved : notify::Status::Firing});
    }
  }
  notify::sorted_for_message(flush.alerts);
}

}  // namespace tocsin::engine
