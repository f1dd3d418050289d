#include "simulation/disk.h"

#include <utility>

#include "model/error.h"

namespace tocsin::simulation {

namespace {

bool is_event(const journal::Change& change) {
  return std::holds_alternative<journal::AddEvent>(change) ||
         std::holds_alternative<journal::AddEvents>(change);
}

}  // namespace

void Disk::commit(Changes changes) {
  attempted(changes);
  effect();
  failing_ = full;
  if (full) throw Error("database or disk is full");
  ++commits_;
  if (bug_ == Bug::SkipACommit && commits_ % 50 == 0) {
    written(changes);
    return;
  }
  if (bug_ == Bug::SendBeforeCommit) {
    store(std::exchange(late_, {changes.begin(), changes.end()}));
  } else {
    store(changes);
  }
  written(changes);
  effect();
}

bool Disk::spoiled(const journal::Change& change) const {
  if (bug_ == Bug::ForgetATimer) {
    const auto* put = std::get_if<journal::PutGroup>(&change);
    return put != nullptr && put->group.flushed;
  }
  return bug_ == Bug::LoseATellRecord && std::holds_alternative<journal::PutTellRecord>(change);
}

void Disk::store(Changes changes) {
  std::vector<journal::Change> kept;
  for (const journal::Change& change : changes) {
    if (is_event(change) || spoiled(change)) continue;
    if (const auto* put = std::get_if<journal::PutOutbox>(&change)) rows_.insert(put->row.id);
    if (const auto* drop = std::get_if<journal::DropOutbox>(&change)) rows_.erase(drop->id);
    kept.push_back(change);
  }
  store_.commit(kept);
}

journal::Contents Disk::load() {
  journal::Contents contents = store_.load();
  if (bug_ == Bug::ForgetASilence && !contents.silences.empty()) contents.silences.pop_back();
  if (bug_ == Bug::RestartTheFor) {
    for (auto& [rule, actives] : contents.rule_states) {
      for (auto& [fingerprint, active] : actives) {
        if (active.phase == state::Phase::Pending) active.active_at = loaded_at;
      }
    }
  }
  return contents;
}

}  // namespace tocsin::simulation
