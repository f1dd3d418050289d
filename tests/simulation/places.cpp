#include "simulation/places.h"

#include <algorithm>

namespace tocsin::simulation {
namespace {

net::Response status(int code) { return {code, {}, ""}; }

net::Failure cut() { return {net::Failure::Kind::CutOff, "the connection was cut"}; }

Reply reply_of(const ReceiverTrouble& trouble, Duration timeout) {
  const Duration latency = std::min(trouble.latency, timeout - Duration{1});
  const net::Failure late{net::Failure::Kind::Timeout, "no answer"};
  switch (trouble.manner) {
    case Manner::Fine:
    case Manner::Slow:
      return {latency, true, status(200)};
    case Manner::TooMany: {
      net::Response response = status(429);
      response.headers.emplace_back("retry-after",
                                    std::to_string(trouble.retry_after / seconds{1}));
      return {latency, false, std::move(response)};
    }
    case Manner::Down:
      return {latency, false, status(503)};
    case Manner::DownAfterActing:
      return {latency, true, status(503)};
    case Manner::Refusing:
      return {latency, false, status(400)};
    case Manner::CutBefore:
      return {latency, false, cut()};
    case Manner::CutAfter:
      return {latency, true, cut()};
    case Manner::HangsUnheard:
      return {timeout, false, late};
    case Manner::HangsHeard:
      return {timeout, true, late};
  }
  return {latency, true, status(200)};
}

}  // namespace

void Places::trouble(const ReceiverTrouble& trouble) {
  Place& place = places_[trouble.url];
  place.trouble = trouble;
  place.trouble_ends = scene_.elapsed + trouble.length;
}

void Places::calm() {
  for (auto& [url, place] : places_) place.trouble_ends = Duration{0};
}

Reply Places::request(const std::string& url, const Decision& decision, Duration timeout,
                      bool on_disk) {
  Place& place = places_[url];
  ++attempts;
  if (scene_.wall() < place.held.until) {
    broken(kRetryAfter, "{} was asked at {}, wants to be left alone until {}", url,
           format_rfc3339(scene_.wall()), format_rfc3339(place.held.until));
  }
  ReceiverTrouble manner = place.trouble;
  if (scene_.elapsed >= place.trouble_ends) manner = {url, Manner::Fine, Duration{20}, {}, {}};
  Reply reply = reply_of(manner, timeout);
  scene_.note("{} gets row {}, {}", url, decision.row, reply.heard ? "and hears it" : "in vain");
  if (reply.heard) {
    hear(place, url, decision, on_disk);
  } else if (manner.manner != Manner::TooMany) {
    perhaps_heard(url, decision);
  }
  return reply;
}

void Places::perhaps_heard(const std::string& url, const Decision& decision) {
  Place& place = places_[url];
  const auto last = place.last.find(decision.group_id);
  if (last != place.last.end() && last->second.said != decision.said) {
    place.perhaps.insert(decision.group_id);
  }
}

void Places::hear(Place& place, const std::string& url, const Decision& decision, bool on_disk) {
  ++messages;
  const auto last = place.last.find(decision.group_id);
  if (last != place.last.end() && last->second.said == decision.said) {
    if (!may_repeat(place, last->second, decision)) {
      broken(kNoDuplicates, "{} hears in row {} what it heard in row {}, which is known to be sent",
             url, decision.row, last->second.row);
    }
    if (!witness_.is_sent(last->second.row)) ++duplicates;
  }
  place.last.insert_or_assign(decision.group_id, decision);
  place.perhaps.erase(decision.group_id);
  witness_.heard(decision.row);
  for (const auto& [fingerprint, firing] : decision.said) {
    auto& older = place.older[fingerprint];
    if (on_disk) older.clear();
    const auto known = place.beliefs.find(fingerprint);
    if (!on_disk && known != place.beliefs.end()) older.push_back(known->second);
    place.beliefs[fingerprint] = {decision.row, firing, scene_.elapsed, scene_.tree_version};
  }
}

bool Places::may_repeat(const Place& place, const Decision& before, const Decision& now) const {
  // The clock may have been set back since then.
  const Duration apart = std::max(now.at - before.at, now.elapsed - before.elapsed);
  // Who was muted meanwhile may be news again: the others' end was told as that of all.
  const bool muted = std::any_of(now.said.begin(), now.said.end(), [&](const auto& each) {
    return witness_.has_reason(each.first, before.elapsed);
  });
  return !witness_.is_sent(before.row) || place.perhaps.contains(now.group_id) || muted ||
         apart >= now.repeat || now.changes != before.changes ||
         now.tree_version != before.tree_version;
}

void Places::told_to_wait(const std::string& url, Duration time) {
  Place& place = places_[url];
  if (scene_.wall() + time <= place.held.until) return;
  place.held = {scene_.wall(), scene_.wall() + time};
  news_ = true;
}

bool Places::is_full(const ChannelSpec& channel) const {
  const auto at = places_.find(channel.url);
  if (channel.most == 0 || at == places_.end()) return false;
  const std::vector<Timestamp>& starts = at->second.starts;
  return std::count_if(starts.begin(), starts.end(), [&](Timestamp start) {
           return scene_.wall() - start < channel.per;
         }) >= channel.most;
}

void Places::started(const ChannelSpec& channel) {
  if (channel.most == 0) return;
  if (is_full(channel)) {
    broken(kRateLimit, "{} is sent more than {} messages in {}", channel.url, channel.most,
           format_duration(channel.per));
  }
  std::vector<Timestamp>& starts = places_[channel.url].starts;
  std::erase_if(starts, [&](Timestamp start) { return scene_.wall() - start >= channel.per; });
  starts.push_back(scene_.wall());
  news_ = true;
}

void Places::renamed(const std::string& url) {
  places_[url].held = {};
  places_[url].starts.clear();
  news_ = true;
}

void Places::turn() {
  for (auto& [url, place] : places_) {
    if (place.held.until == Timestamp{} || place.held.until > scene_.wall()) continue;
    place.held = {};
    news_ = true;
  }
}

void Places::written() {
  if (!news_) return;
  for (auto& [url, place] : places_) {
    place.held_on_disk = place.held;
    place.starts_on_disk = place.starts;
  }
  news_ = false;
}

void Places::killed(std::int64_t last_row) {
  for (auto& [url, place] : places_) {
    place.held = place.held_on_disk;
    place.starts = place.starts_on_disk;
    for (auto at = place.beliefs.begin(); at != place.beliefs.end();) {
      auto& older = place.older[at->first];
      while (at->second.row > last_row && !older.empty()) {
        at->second = older.back();
        older.pop_back();
      }
      at = at->second.row > last_row ? place.beliefs.erase(at) : std::next(at);
    }
    std::erase_if(place.last, [&](const auto& each) { return each.second.row > last_row; });
  }
}

void Places::clock_set_back() {
  for (auto& [url, place] : places_) {
    for (auto& [group, last] : place.last) last.at = std::min(last.at, scene_.wall());
    for (Timestamp& start : place.starts) start = std::min(start, scene_.wall());
    news_ = news_ || !place.starts.empty();
    if (place.held.since <= scene_.wall()) continue;
    place.held = {scene_.wall(), scene_.wall() + (place.held.until - place.held.since)};
    news_ = true;
  }
}

Timestamp Places::held_until(const std::string& url) const {
  const auto at = places_.find(url);
  return at == places_.end() ? Timestamp{} : at->second.held.until;
}

const std::map<Fingerprint, Belief>& Places::beliefs(const std::string& url) const {
  static const std::map<Fingerprint, Belief> kNone;
  const auto at = places_.find(url);
  return at == places_.end() ? kNone : at->second.beliefs;
}

}  // namespace tocsin::simulation
