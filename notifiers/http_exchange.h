// What the HTTP channels have in common: the request, and what answers mean.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

/// A POST of JSON.
net::Request json_post(std::string url, std::string body, const net::HttpSettings& settings,
                       Duration timeout);

/// The exchange did not come about. All of it heals by itself or by somebody's hand (names,
/// certificates, timeouts) and is tried again, except a request that could not be built and an
/// answer that is too large to be read: the message may well have been taken.
notify::Outcome judge_failure(const net::Failure& failure);

/// The same for services whose 2xx says it all: they took the message, even where the rest of the
/// answer was lost.
notify::Outcome judge_failure_without_body(const net::Failure& failure);

/// 5xx and 408 are worth another attempt, after what `Retry-After` says if it says something; 429
/// holds the whole destination for that long (`kDefaultHold` without it); the rest is refused.
/// `words` is what the body says. REQUIRES: not 2xx.
notify::Outcome judge_status(const net::Response& response, const std::string& words);

/// How long to hold a destination that says "too many" and not how long.
inline constexpr Duration kDefaultHold = std::chrono::seconds{30};

/// The destination says that it took nothing of it, and wants to be left alone for that long.
notify::Retry too_many(std::string why, Duration hold);

/// Seconds, from 0 to a day; more is cut, and what is no number is 0.
Duration hold_seconds(double seconds);

/// At most 200 printable code points of an untrusted body, on one line.
std::string short_words(std::string_view body);

/// The text without the URL, its path and whatever in it may be a token: servers and proxies like
/// to repeat in their error pages what they were asked for.
std::string without_url(std::string text, std::string_view url);

}  // namespace tocsin::notifiers
