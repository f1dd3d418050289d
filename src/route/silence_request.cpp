// What a posted silence means for the stored ones.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "model/text.h"
#include "route/silence.h"

namespace tocsin::route {
namespace {

using Kind = SilenceRefusal::Kind;

SilenceRefusal bad(std::string message) { return {Kind::BadRequest, std::move(message)}; }

/// Why the silence cannot be, or nothing. `startsAt` has been filled in.
std::optional<SilenceRefusal> objection(const Silence& silence, Timestamp now) {
  if (silence.starts_at >= silence.ends_at) {
    return bad("Failed to create silence: start time must be before end time");
  }
  if (silence.ends_at < now) {
    return bad("Failed to create silence: end time can't be in the past");
  }
  if (silence.matchers.empty()) {
    return bad("invalid silence: at least one matcher required");
  }
  bool all_match_empty = true;
  for (std::size_t i = 0; i < silence.matchers.size(); ++i) {
    const Matcher& matcher = silence.matchers[i];
    if (matcher.name().empty() || !is_utf8(matcher.name())) {
      return bad(
          fmt::format("invalid silence: invalid label matcher {} in set 0: invalid label name {}",
                      i, quote(matcher.name())));
    }
    if (!is_utf8(matcher.value())) {
      return bad(
          fmt::format("invalid silence: invalid label matcher {} in set 0: invalid label value {}",
                      i, quote(matcher.value())));
    }
    // Negative matchers never count as matching the empty text here: upstream lets them all pass.
    all_match_empty = all_match_empty && matcher.is_equal() && matcher.matches("");
  }
  if (all_match_empty) {
    return bad(
        "invalid silence: matcher set 0: at least one matcher must not match the empty string");
  }
  return std::nullopt;
}

bool same_second(Timestamp a, Timestamp b) {
  return std::chrono::floor<std::chrono::seconds>(a) == std::chrono::floor<std::chrono::seconds>(b);
}

/// Whether the change may be made to the silence itself, under its own id.
bool updates_in_place(const Silence& old, const Silence& wanted, Timestamp now) {
  if (!(old.matchers == wanted.matchers)) return false;
  switch (state(old, now)) {
    case SilenceState::Active:
      return same_second(old.starts_at, wanted.starts_at) && wanted.ends_at >= now;
    case SilenceState::Pending:
      return wanted.starts_at >= now;
    case SilenceState::Expired:
      return false;
  }
  return false;
}

Silence wanted_silence(const SilenceRequest& request, Timestamp now) {
  return {request.id,
          request.matchers,
          request.starts_at.value_or(now),
          request.ends_at,
          now,
          request.created_by,
          request.comment,
          request.annotations};
}

}  // namespace

std::variant<SilenceChange, SilenceRefusal> apply_request(const SilenceRequest& request,
                                                          const Silence* existing,
                                                          const std::string& new_id,
                                                          Timestamp now) {
  Silence silence = wanted_silence(request, now);
  if (auto refusal = objection(silence, now)) return *refusal;
  if (!request.id.empty() && existing == nullptr) {
    return SilenceRefusal{Kind::NotFound, "silence not found"};
  }
  if (existing != nullptr && updates_in_place(*existing, silence, now)) {
    if (state(*existing, now) == SilenceState::Active) silence.starts_at = existing->starts_at;
    const std::string id = silence.id;
    return SilenceChange{id, {std::move(silence)}, false};
  }
  SilenceChange change{new_id, {}, true};
  if (existing != nullptr) {
    if (std::optional<Silence> expired = expire(*existing, now)) {
      change.stored.push_back(std::move(*expired));
    }
  }
  silence.id = new_id;
  silence.starts_at = std::max(silence.starts_at, now);
  change.stored.push_back(std::move(silence));
  return change;
}

std::optional<Silence> expire(const Silence& silence, Timestamp now) {
  Silence expired = silence;
  switch (state(silence, now)) {
    case SilenceState::Expired:
      return std::nullopt;
    case SilenceState::Active:
      break;
    case SilenceState::Pending:
      expired.starts_at = now;
      break;
  }
  // A silence is active up to and including its end: the millisecond before has it over at `now`.
  expired.ends_at = now - Duration{1};
  expired.starts_at = std::min(expired.starts_at, expired.ends_at);
  expired.updated_at = now;
  return expired;
}

}  // namespace tocsin::route
