#include "notify/rate_limit.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::notify {
namespace {

constexpr std::string_view kNone = "none";
constexpr Duration kLongest = std::chrono::hours{24};

std::optional<Duration> time_of(std::string_view text) {
  try {
    const Duration time = parse_duration(text);
    if (time > Duration{0} && time <= kLongest) return time;
  } catch (const Error&) {  // not a time
  }
  return std::nullopt;
}

}  // namespace

std::optional<RateLimit> parse_rate_limit(std::string_view text) {
  if (text == kNone) return RateLimit{};
  const std::size_t slash = std::min(text.find('/'), text.size());
  int messages = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + slash, messages);
  if (slash == text.size() || error != std::errc() || end != text.data() + slash) return {};
  const std::optional<Duration> per = time_of(text.substr(slash + 1));
  if (messages < 1 || messages > kMostMessages || !per) return std::nullopt;
  return RateLimit{messages, *per};
}

std::string to_string(const RateLimit& limit) {
  if (limit.messages == 0) return std::string(kNone);
  return fmt::format("{}/{}", limit.messages, format_duration(limit.per));
}

Timestamp next_start(const RateLimit& limit, const Starts& starts, Timestamp now) {
  const auto most = static_cast<std::size_t>(limit.messages);
  if (most == 0 || starts.size() < most) return now;
  return std::max(now, starts[starts.size() - most] + limit.per);
}

Starts with_start(const RateLimit& limit, Starts starts, Timestamp now) {
  const auto most = static_cast<std::size_t>(limit.messages);
  // Those that are over must not come back when the clock is set back to before them.
  std::erase_if(starts, [&](Timestamp start) { return now - start >= limit.per; });
  if (most > 0) starts.push_back(now);
  if (starts.size() > most) {
    starts.erase(starts.begin(), starts.end() - static_cast<std::ptrdiff_t>(most));
  }
  return starts;
}

Starts set_back(Starts starts, Timestamp now) {
  for (Timestamp& start : starts) start = std::min(start, now);
  return starts;
}

}  // namespace tocsin::notify
