#include "state/step.h"

#include <algorithm>
#include <utility>

namespace tocsin::state {
namespace {

/// One evaluation under way: alerts move from `previous` to `next` as they are seen.
class Evaluation {
 public:
  Evaluation(Actives previous, const Hold& hold, Timestamp now)
      : previous_(std::move(previous)), hold_(hold), now_(now) {}

  void see(Instance instance) {
    auto node = previous_.extract(instance.fingerprint);
    if (node.empty()) {
      begin(std::move(instance));
      return;
    }
    Active& active = node.mapped();
    active.value = instance.value;
    active.annotations = std::move(instance.annotations);
    if (active.phase == Phase::Pending) {
      fire_if_due(instance.fingerprint, active);
    } else if (held(active) < hold_.for_duration) {
      active.phase = Phase::Pending;
      active.fired_at.reset();
      active.keep_firing_since.reset();
      note(Change::BackToPending, instance.fingerprint, active);
    } else if (active.keep_firing_since) {
      active.keep_firing_since.reset();
      note(Change::Seen, instance.fingerprint, active);
    }
    step_.actives.insert(std::move(node));
  }

  /// What is left in `previous` was not in the answer.
  Step finish() {
    while (!previous_.empty()) {
      auto node = previous_.extract(previous_.begin());
      if (stays(node.key(), node.mapped())) step_.actives.insert(std::move(node));
    }
    return std::move(step_);
  }

  void reserve(std::size_t count) { step_.actives.reserve(count); }

 private:
  /// How long the condition has held. A clock that was set back does not undo what it had said:
  /// what has fired stays so, and `for: 0` never waits.
  Duration held(const Active& active) const {
    return std::max(now_, active.fired_at.value_or(active.active_at)) - active.active_at;
  }

  void begin(Instance instance) {
    Active active;
    active.labels = std::move(instance.labels);
    active.annotations = std::move(instance.annotations);
    active.value = instance.value;
    active.active_at = now_;
    if (!fire_if_due(instance.fingerprint, active)) {
      note(Change::BecamePending, instance.fingerprint, active);
    }
    step_.actives.emplace(instance.fingerprint, std::move(active));
  }

  bool fire_if_due(Fingerprint fingerprint, Active& active) {
    if (held(active) < hold_.for_duration) return false;
    active.phase = Phase::Firing;
    active.fired_at = now_;
    note(Change::BecameFiring, fingerprint, active);
    return true;
  }

  bool stays(Fingerprint fingerprint, Active& active) {
    if (active.phase == Phase::Pending) {
      note(Change::PendingDropped, fingerprint, active);
      return false;
    }
    if (hold_.keep_firing_for > Duration{0}) {
      const bool first_absence = !active.keep_firing_since;
      if (first_absence) active.keep_firing_since = now_;
      if (now_ - *active.keep_firing_since < hold_.keep_firing_for) {
        if (first_absence) note(Change::HeldFiring, fingerprint, active);
        return true;
      }
    }
    note(Change::Resolved, fingerprint, active);
    return false;
  }

  void note(Change change, Fingerprint fingerprint, const Active& active) {
    step_.transitions.push_back({change, fingerprint, active});
  }

  Actives previous_;
  const Hold& hold_;
  const Timestamp now_;
  Step step_;
};

}  // namespace

Step step(Actives previous, std::vector<Instance> instances, const Hold& hold, Timestamp now) {
  Evaluation evaluation(std::move(previous), hold, now);
  evaluation.reserve(instances.size());
  for (Instance& instance : instances) evaluation.see(std::move(instance));
  return evaluation.finish();
}

}  // namespace tocsin::state
