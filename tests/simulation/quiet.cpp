#include "simulation/quiet.h"

#include <algorithm>

namespace tocsin::simulation {
namespace {

/// By then everybody has been told: two intervals of the slowest group, the longest Retry-After and
/// the longest pause between two attempts fit in.
constexpr Duration kLongAgo = minutes{45};
static_assert(kCalm > 2 * kLongAgo);

class Check {
 public:
  Check(const Scene& scene, const engine::Book& book, const Places& places, const Witness& witness)
      : scene_(scene),
        book_(book),
        places_(places),
        witness_(witness),
        model_(scene.oracle.memory()),
        now_(scene.wall()) {}

  void all() const {
    outbox();
    for (const auto& [fingerprint, alert] : model_.alerts) {
      if (alert.fires(now_) && alert.starts <= now_ - kLongAgo) firing(fingerprint, alert);
    }
    for (const ReceiverSpec& receiver : model_.spec.receivers) {
      for (const ChannelSpec& channel : receiver.channels) {
        if (channel.send_resolved) resolved(receiver, channel);
      }
    }
    retention();
    members();
  }

 private:
  void outbox() const {
    for (const auto& [id, row] : book_.outbox()) {
      if (row.state == notify::RowState::Pending &&
          row.notification->decided_at < now_ - kLongAgo) {
        broken(kDecisionEnds, "row {} still waits: {}", id, row.last_error);
      }
    }
  }

  bool muted_lately(const RouteSpec& route, const Labels& labels) const {
    for (Timestamp at = now_ - kLongAgo; at <= now_; at += minutes{1}) {
      if (model_.muted(route, at) || model_.silenced(labels, at) ||
          model_.inhibitor(labels, at) != nullptr) {
        return true;
      }
    }
    return model_.muted(route, now_);
  }

  const ReceiverSpec& receiver(const std::string& name) const {
    const auto& all = model_.spec.receivers;
    return *std::find_if(all.begin(), all.end(),
                         [&](const auto& each) { return each.name == name; });
  }

  void firing(Fingerprint fingerprint, const KnownAlert& alert) const {
    for (const RouteSpec* route : routes_for(model_.spec.route, alert.labels)) {
      if (muted_lately(*route, alert.labels)) continue;
      for (const ChannelSpec& channel : receiver(route->receiver).channels) {
        const auto& beliefs = places_.beliefs(channel.url);
        const auto at = beliefs.find(fingerprint);
        if (at == beliefs.end() || !at->second.firing) {
          broken(kFiringTold, "{} was not told of {}, which fires since {}", channel.url,
                 alert.labels.to_string(), format_rfc3339(alert.starts));
        }
      }
    }
  }

  void resolved(const ReceiverSpec& receiver, const ChannelSpec& channel) const {
    for (const auto& [fingerprint, belief] : places_.beliefs(channel.url)) {
      const KnownAlert* alert = model_.alert(fingerprint);
      if (!belief.firing || alert == nullptr || belief.tree_version != scene_.tree_version ||
          alert->fires(now_ - kLongAgo) || witness_.has_reason(fingerprint, belief.since)) {
        continue;
      }
      for (const RouteSpec* route : routes_for(model_.spec.route, alert->labels)) {
        if (route->receiver != receiver.name || muted_lately(*route, alert->labels)) continue;
        broken(kResolvedTold, "{} was told at {} that {} fires, but not that it ended at {}",
               channel.url, Scene::to_text(belief.since), alert->labels.to_string(),
               format_rfc3339(*alert->ends));
      }
    }
  }

  void retention() const {
    for (const auto& [fingerprint, alert] : book_.alerts()) {
      if (!book_.is_grouped(fingerprint) && alert->resolved(now_ - kKeepResolved - kLongAgo)) {
        broken(kBounded, "{} is still kept", alert->labels.to_string());
      }
    }
    for (const auto& silence : book_.silences().all()) {
      if (silence->ends_at + kKeepSilences + kLongAgo < now_) {
        broken(kBounded, "silence {} is still kept", silence->id);
      }
    }
  }

  void members() const {
    for (const auto& [id, entry] : book_.groups()) {
      if (entry.members.empty()) broken(kBounded, "group {} is empty", id);
      for (const Fingerprint member : entry.members) {
        const AlertPtr alert = book_.alert(member);
        if (!alert) broken(kBounded, "group {} has a member that is gone", id);
        if (!alert->resolved(now_ - kLongAgo)) continue;
        const auto routes = routes_for(model_.spec.route, alert->labels);
        const bool muted = std::any_of(routes.begin(), routes.end(), [&](const RouteSpec* route) {
          return muted_lately(*route, alert->labels);
        });
        if (!muted) broken(kBounded, "{} is over, but still in {}", alert->labels.to_string(), id);
      }
    }
  }

  const Scene& scene_;
  const engine::Book& book_;
  const Places& places_;
  const Witness& witness_;
  const Model& model_;
  const Timestamp now_;
};

}  // namespace

void check_quiet(const Scene& scene, const engine::Book& book, const Places& places,
                 const Witness& witness) {
  Check(scene, book, places, witness).all();
}

}  // namespace tocsin::simulation
