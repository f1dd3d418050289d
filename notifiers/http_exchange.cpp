#include "notifiers/http_exchange.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "notifiers/plain_text.h"

namespace tocsin::notifiers {
namespace {

/// Seconds; a date cannot be weighed without a clock and counts as absent.
std::optional<Duration> retry_after(const net::Response& response) {
  const std::string_view text = response.header("retry-after");
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = !text.empty() && error == std::errc() && end == text.data() + text.size();
  return is_number && seconds >= 0 ? std::optional(hold_seconds(seconds)) : std::nullopt;
}

void replace_all(std::string& text, std::string_view what) {
  constexpr std::string_view kShown = "<secret>";
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != std::string::npos;) {
    text.replace(at, what.size(), kShown);
    at = text.find(what, at + kShown.size());
  }
}

/// Random text, not a word like "services" or "alertmanager".
bool is_token(std::string_view text) {
  constexpr std::size_t kShortest = 8;
  constexpr std::size_t kLongestWord = 23;
  return text.size() > kLongestWord ||
         (text.size() >= kShortest && std::any_of(text.begin(), text.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
          }));
}

bool is_password(std::string_view text) { return text.size() > 3; }

/// The parts of a path, query or user info that may be secret.
void replace_parts(std::string& text, std::string_view parts, bool (*secret)(std::string_view)) {
  while (!parts.empty()) {
    const std::size_t end = std::min(parts.find_first_of("/?#&=:"), parts.size());
    if (secret(parts.substr(0, end))) replace_all(text, parts.substr(0, end));
    parts.remove_prefix(std::min(end + 1, parts.size()));
  }
}

std::string refused_hint(int status) {
  if (status / 100 != 3) return "";
  return " (a redirect that was not followed: configure the address it leads to)";
}

}  // namespace

net::Request json_post(std::string url, std::string body, const net::HttpSettings& settings,
                       Duration timeout) {
  net::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  request.timeout = timeout;
  request.short_answer = true;
  request.settings = std::make_shared<const net::HttpSettings>(settings);
  return request;
}

notify::Outcome judge_failure(const net::Failure& failure) {
  const std::string why = short_words(failure.message);
  switch (failure.kind) {
    case net::Failure::Kind::BadRequest:
      return notify::Refused{why};
    case net::Failure::Kind::TooLarge:
      if (failure.code == 408 || failure.code == 429 || failure.code >= 500) {
        return notify::Retry{why};
      }
      return notify::Refused{why};
    case net::Failure::Kind::Resolve:
    case net::Failure::Kind::Connect:
      return notify::Retry{why, Duration{0}, false, false, true};
    default:
      return notify::Retry{why};
  }
}

notify::Outcome judge_failure_without_body(const net::Failure& failure) {
  if (failure.code / 100 == 2) {
    return notify::Sent{fmt::format("accepted with {}; its answer broke off", failure.code)};
  }
  return judge_failure(failure);
}

notify::Outcome judge_status(const net::Response& response, const std::string& words) {
  std::string why = fmt::format("HTTP status {}", response.status);
  if (!words.empty()) why += ": " + words;
  const std::optional<Duration> asked = retry_after(response);
  if (response.status == 429) return too_many(why, asked.value_or(kDefaultHold));
  if (response.status >= 500 || response.status == 408) {
    return notify::Retry{why, asked.value_or(Duration{0})};
  }
  return notify::Refused{why + refused_hint(response.status)};
}

notify::Retry too_many(std::string why, Duration hold) {
  return {std::move(why), hold, true, false, true};
}

Duration hold_seconds(double seconds) {
  constexpr double kMost = 24 * 3600;
  if (std::isnan(seconds)) return Duration{0};
  return Duration{static_cast<Duration::rep>(std::ceil(std::clamp(seconds, 0.0, kMost) * 1000))};
}

std::string short_words(std::string_view body) {
  constexpr std::size_t kMost = 200;
  return one_line(body, kMost);
}

std::string without_url(std::string text, std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return text;
  replace_all(text, url);
  const std::size_t path = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  if (path + 1 < url.size()) replace_all(text, url.substr(path));
  replace_parts(text, url.substr(path), is_token);
  const std::string_view authority = url.substr(scheme + 3, path - scheme - 3);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    replace_parts(text, authority.substr(0, at), is_password);
  }
  return text;
}

}  // namespace tocsin::notifiers
