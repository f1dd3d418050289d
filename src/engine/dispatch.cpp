#include "engine/dispatch.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::engine {
namespace {

/// In one turn: some ten milliseconds, for which readers wait; the next turn goes on at once.
constexpr int kMostFlushes = 500;

}  // namespace

Dispatch::Dispatch(Book& book, std::string external_url)
    : book_(book), external_url_(std::move(external_url)) {}

void Dispatch::take(const AlertPtr& alert, Timestamp now) {
  for (const route::Route* route : route::match(config_->route, alert->labels)) {
    join(*route, alert, now);
  }
}

void Dispatch::join(const route::Route& route, const AlertPtr& alert, Timestamp now) {
  const Labels labels = route::group_labels(route, alert->labels);
  const std::string id = group::group_key(route.id, labels);
  const GroupEntry* entry = book_.group(id);
  if (entry != nullptr && entry->members.contains(alert->fingerprint)) return;
  if (alert->resolved(now)) return;  // nobody there heard of it: nothing to take back
  if (entry == nullptr) {
    book_.apply(journal::PutGroup{group::open(route, labels, alert->starts_at, now)});
    entry = book_.group(id);
  }
  book_.apply(journal::AddMember{id, alert->fingerprint});
  book_.log(now, EventKind::Grouped, alert->fingerprint, id,
            fmt::format("in group {} of receiver {}, next flush {}", entry->group.key,
                        route.receiver, format_rfc3339(entry->group.next_flush)));
}

Timestamp Dispatch::tick(Timestamp now) {
  if (now < hold_until_) return hold_until_;
  for (int flushed = 0; !book_.flushes().empty() && book_.flushes().begin()->first <= now;
       ++flushed) {
    if (flushed == kMostFlushes) return now;
    flush(std::string(book_.flushes().begin()->second), now);
  }
  return book_.flushes().empty() ? Timestamp::max() : book_.flushes().begin()->first;
}

}  // namespace tocsin::engine
