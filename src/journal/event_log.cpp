#include "journal/event_log.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "journal/codec.h"
#include "journal/json_text.h"
#include "journal/sql.h"
#include "model/error.h"

namespace tocsin::journal {
namespace {

constexpr std::size_t kMostInPack = 512;
constexpr std::size_t kMostRows = std::numeric_limits<std::int64_t>::max();  // of SQL's LIMIT

/// An event with its place in the order of all events.
struct Placed {
  Event event;
  std::int64_t id;
};

std::uint64_t key_of_subject(const std::string& subject) {
  return Labels{{"subject", subject}}.fingerprint();
}

std::string keys_of(std::span<const Happened> events) {
  std::vector<Fingerprint> keys;
  const std::string* last = nullptr;
  for (const Happened& each : events) {
    std::ranges::copy_if(each.alerts, std::back_inserter(keys),
                         [](Fingerprint alert) { return alert != 0; });
    const std::string& subject = each.event->subject;
    if (!subject.empty() && (last == nullptr || *last != subject)) {
      keys.push_back(key_of_subject(subject));
    }
    last = &subject;
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return encode_ascending(keys);
}

bool has_key(std::string_view keys, Fingerprint key) {
  const std::string wanted = encode_ascending({key});
  std::size_t first = 0;
  for (std::size_t count = keys.size() / wanted.size(); count > 0;) {
    const std::size_t half = count / 2;
    const int order = keys.substr((first + half) * wanted.size(), wanted.size()).compare(wanted);
    if (order == 0) return true;
    if (order < 0) first += half + 1;
    count = order < 0 ? count - half - 1 : half;
  }
  return false;
}

/// Whether only the alert differs.
bool says_the_same(const Event& a, const Event& b) {
  return a.at == b.at && a.kind == b.kind && a.subject == b.subject && a.detail == b.detail;
}

std::string encode_pack(std::span<const Happened> events) {
  std::string out = "[";
  while (!events.empty()) {
    const Event& first = *events.front().event;
    fmt::format_to(std::back_inserter(out), "{}[{},\"{}\",[", out.size() > 1 ? "," : "",
                   first.at.time_since_epoch().count(), to_string(first.kind));
    for (; !events.empty() && says_the_same(first, *events.front().event);
         events = events.subspan(1)) {
      for (const Fingerprint alert : events.front().alerts) {
        if (out.back() != '[') out += ',';
        append_integer(out, static_cast<std::int64_t>(alert));
      }
    }
    out += "],";
    append_json_text(out, first.subject);
    out += ',';
    append_json_text(out, first.detail);
    out += ']';
  }
  return out + ']';
}

std::size_t count_of(std::span<const Happened> events) {
  return std::accumulate(
      events.begin(), events.end(), std::size_t{0},
      [](std::size_t sum, const Happened& each) { return sum + each.alerts.size(); });
}

std::vector<Placed> decode_pack(std::string_view text, std::int64_t id) {
  try {
    std::vector<Placed> events;
    for (const nlohmann::json& each : parse_json(text)) {
      Event event{Timestamp(Duration(each.at(0).get<std::int64_t>())),
                  parse_event_kind(text_of(each.at(1))), 0, text_of(each.at(3)),
                  text_of(each.at(4))};
      for (const nlohmann::json& fingerprint : each.at(2)) {
        event.fingerprint = static_cast<Fingerprint>(fingerprint.get<std::int64_t>());
        events.push_back({event, id++});
      }
    }
    return events;
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("a pack of events cannot be understood ({})", error.what()));
  }
}

bool newer(const Placed& a, const Placed& b) {
  return std::tie(a.event.at, a.id) > std::tie(b.event.at, b.id);
}

bool asked_for(const Event& event, const EventQuery& query) {
  return (!query.fingerprint || event.fingerprint == *query.fingerprint) &&
         (query.subject.empty() || event.subject == query.subject) &&
         (!query.from || event.at >= *query.from) && (!query.to || event.at <= *query.to);
}

std::vector<Placed> read_loose(SQLite::Database& database, const EventQuery& query) {
  std::string sql = "SELECT id, at, kind, fingerprint, subject, detail FROM events WHERE at >= ?";
  sql += " AND at <= ?";
  if (query.fingerprint) sql += " AND fingerprint = ?";
  if (!query.subject.empty()) sql += " AND subject = ?";
  SQLite::Statement statement(database, sql + " ORDER BY at DESC, id DESC LIMIT ?");
  int index = 0;
  bind_value(statement, ++index, query.from.value_or(Timestamp::min()));
  bind_value(statement, ++index, query.to.value_or(Timestamp::max()));
  if (query.fingerprint) bind_value(statement, ++index, *query.fingerprint);
  if (!query.subject.empty()) bind_value(statement, ++index, query.subject);
  bind_value(statement, ++index, static_cast<std::int64_t>(std::min(query.limit, kMostRows)));

  std::vector<Placed> events;
  while (statement.executeStep()) {
    Row row(statement);
    const std::int64_t id = row.integer();
    const Timestamp at = row.time();
    const EventKind kind = parse_event_kind(row.text());
    const Fingerprint fingerprint = row.fingerprint();
    std::string subject = row.text();
    events.push_back({{at, kind, fingerprint, std::move(subject), row.text()}, id});
  }
  return events;
}

/// Whether none of a pack's events can be among the `limit` newest.
bool is_too_old(const std::vector<Placed>& found, std::size_t limit, Timestamp last_of_pack) {
  return found.size() >= limit && (limit == 0 || last_of_pack < found[limit - 1].event.at);
}

/// Adds what is in packs to `found`, which is sorted and stays so.
void add_packed(SQLite::Database& database, const EventQuery& query, std::vector<Placed>& found) {
  SQLite::Statement statement(database,
                              "SELECT id, last_at, keys, events FROM event_packs WHERE last_at >= "
                              "?1 AND first_at <= ?2 ORDER BY last_at DESC");
  bind_value(statement, 1, query.from.value_or(Timestamp::min()));
  bind_value(statement, 2, query.to.value_or(Timestamp::max()));
  while (statement.executeStep()) {
    Row row(statement);
    const std::int64_t id = row.integer();
    if (is_too_old(found, query.limit, row.time())) return;
    const std::string keys = row.text();
    if (query.fingerprint && *query.fingerprint != 0 && !has_key(keys, *query.fingerprint))
      continue;
    if (!query.subject.empty() && !has_key(keys, key_of_subject(query.subject))) continue;
    for (Placed& each : decode_pack(row.text(), id)) {
      if (asked_for(each.event, query)) found.push_back(std::move(each));
    }
    std::ranges::sort(found, newer);
    if (found.size() > query.limit) found.resize(query.limit);
  }
}

}  // namespace

EventLog::EventLog(SQLite::Database& database)
    : add_event_(database, "INSERT INTO events VALUES (?,?,?,?,?,?)"),
      add_pack_(database, "INSERT INTO event_packs VALUES (?,?,?,?,?,?)"),
      trim_events_(database,
                   "DELETE FROM events WHERE id IN "
                   "(SELECT id FROM events WHERE at < ? ORDER BY at, id LIMIT ?)"),
      oldest_packs_(database,
                    "SELECT id, count FROM event_packs WHERE last_at < ? ORDER BY last_at, id"),
      drop_pack_(database, "DELETE FROM event_packs WHERE id = ?") {}

void EventLog::write(std::span<const Happened> events, std::int64_t& next_id) {
  if (count_of(events) <= kMostLooseEvents) return write_loose(events, next_id);
  std::vector<Happened> pack;
  std::size_t in_pack = 0;
  for (Happened each : events) {
    while (!each.alerts.empty()) {
      const std::size_t some = std::min(each.alerts.size(), kMostInPack - in_pack);
      pack.push_back({each.event, each.alerts.first(some)});
      each.alerts = each.alerts.subspan(some);
      in_pack += some;
      if (in_pack < kMostInPack) continue;
      write_pack(pack, next_id);
      pack.clear();
      in_pack = 0;
    }
  }
  if (!pack.empty()) write_pack(pack, next_id);
}

void EventLog::write_loose(std::span<const Happened> events, std::int64_t& next_id) {
  for (const Happened& each : events) {
    for (const Fingerprint alert : each.alerts) {
      run(add_event_, next_id++, each.event->at, std::string(to_string(each.event->kind)), alert,
          each.event->subject, each.event->detail);
    }
  }
}

void EventLog::write_pack(std::span<const Happened> events, std::int64_t& next_id) {
  const auto [first, last] =
      std::ranges::minmax(events, {}, [](const Happened& each) { return each.event->at; });
  const std::string keys = keys_of(events);
  const std::int64_t count = static_cast<std::int64_t>(count_of(events));
  run(add_pack_, next_id, count, first.event->at, last.event->at, Blob{keys}, encode_pack(events));
  next_id += count;
}

std::int64_t EventLog::trim(Timestamp before, std::int64_t most) {
  std::int64_t gone = run(trim_events_, before, most);
  std::vector<std::int64_t> packs;
  bind_value(oldest_packs_, 1, before);
  while (gone < most && oldest_packs_.executeStep()) {
    Row row(oldest_packs_);
    packs.push_back(row.integer());
    gone += row.integer();
  }
  oldest_packs_.reset();
  for (const std::int64_t id : packs) run(drop_pack_, id);
  return gone;
}

std::vector<Event> read_events(SQLite::Database& database, const EventQuery& query) {
  const SQLite::Transaction as_of_one_instant(database);
  std::vector<Placed> found = read_loose(database, query);
  add_packed(database, query, found);
  std::vector<Event> events;
  events.reserve(found.size());
  for (Placed& each : found) events.push_back(std::move(each.event));
  return events;
}

}  // namespace tocsin::journal
