#include "net/token_cache.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::net {
namespace {

/// A token is not used in its last moments: it has a way to go.
constexpr Duration kMargin = std::chrono::seconds{10};

const OAuth2& settings_of(const Transfer& transfer) {
  return *std::get<Request>(transfer.what).settings->oauth2;
}

}  // namespace

TokenCache::TokenCache(Start start, Resume resume, Fail fail)
    : start_(std::move(start)), resume_(std::move(resume)), fail_(std::move(fail)) {}

bool TokenCache::provide(Transfer& transfer) {
  Entry& entry = entry_of(settings_of(transfer));
  if (!entry.authorization.empty() && Steady::now() < entry.expiry) {
    transfer.authorization = entry.authorization;
    return true;
  }
  entry.waiting.push_back(std::move(transfer));
  ++waiting_;
  if (!entry.fetching) fetch(entry);
  return false;
}

bool TokenCache::renew(Transfer& transfer) {
  const bool elsewhere = !transfer.first.empty() && transfer.first != transfer.destination;
  if (transfer.renewed || transfer.authorization.empty() || elsewhere) return false;
  Entry& entry = entry_of(settings_of(transfer));
  // Unless somebody else has had it renewed already.
  if (entry.authorization == transfer.authorization) entry.authorization.clear();
  transfer.renewed = true;
  transfer.authorization.clear();
  return true;
}

std::vector<Transfer> TokenCache::expire(Steady::time_point now, Steady::time_point& next) {
  std::vector<Transfer> expired;
  for (Entry& entry : entries_) {
    std::deque<Transfer> rest;
    for (Transfer& transfer : entry.waiting) {
      if (transfer.deadline <= now) {
        --waiting_;
        expired.push_back(std::move(transfer));
      } else {
        next = std::min(next, transfer.deadline);
        rest.push_back(std::move(transfer));
      }
    }
    entry.waiting = std::move(rest);
  }
  return expired;
}

TokenCache::Entry& TokenCache::entry_of(const OAuth2& settings) {
  for (Entry& entry : entries_) {
    if (entry.settings == settings) return entry;
  }
  // A good time to forget what a configuration before this one asked for.
  const auto now = Steady::now();
  entries_.remove_if([now](const Entry& entry) {
    return !entry.fetching && entry.waiting.empty() &&
           (entry.authorization.empty() || entry.expiry <= now);
  });
  Entry& entry = entries_.emplace_back();
  entry.settings = settings;
  entry.http = token_http(settings);
  return entry;
}

void TokenCache::fetch(Entry& entry) {
  entry.fetching = true;
  try {
    start_(token_request(entry.settings, entry.http, entry.how),
           [this, &entry](const Result& result) { on_answer(entry, result); });
  } catch (const Error& error) {
    give_up(entry, error.what());
  }
}

void TokenCache::on_answer(Entry& entry, const Result& result) {
  if (const auto* failure = std::get_if<Failure>(&result)) return give_up(entry, failure->message);
  const Response& response = std::get<Response>(result);
  try {
    take(entry, read_token(response, entry.settings));
  } catch (const Error& error) {
    // Servers that do not know the header answer with one of these.
    const bool other_way = !entry.how_is_known && entry.how == ClientAuthentication::Header &&
                           response.status / 100 == 4 && response.status != 429;
    if (other_way) {
      entry.how = ClientAuthentication::Body;
      return fetch(entry);
    }
    give_up(entry, fmt::format("{}: {}", destination_of(entry.settings.token_url), error.what()));
  }
}

void TokenCache::take(Entry& entry, const Token& token) {
  entry.how_is_known = true;
  entry.fetching = false;
  entry.authorization = token.authorization;
  entry.expiry = Steady::time_point::max();
  if (token.lifetime) {
    entry.expiry = Steady::now() + *token.lifetime - std::min(kMargin, *token.lifetime / 2);
  }
  std::deque<Transfer> waiting = std::move(entry.waiting);
  entry.waiting.clear();
  waiting_ -= waiting.size();
  for (Transfer& transfer : waiting) {
    transfer.authorization = token.authorization;
    resume_(std::move(transfer));
  }
}

void TokenCache::give_up(Entry& entry, const std::string& why) {
  entry.fetching = false;
  if (!entry.how_is_known) entry.how = ClientAuthentication::Header;
  std::deque<Transfer> waiting = std::move(entry.waiting);
  entry.waiting.clear();
  waiting_ -= waiting.size();
  for (Transfer& transfer : waiting) {
    fail_(std::move(transfer), "there is no OAuth2 token: " + why);
  }
}

}  // namespace tocsin::net
