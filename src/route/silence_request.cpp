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

SilenceRefusal bad_name(std::size_t matcher, const std::string& name) {
  return bad(
      fmt::format("invalid silence: invalid label matcher {} in set 0: invalid label name {}",
                  matcher, quote(name)));
}

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
      return bad_name(i, matcher.name());
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

/// Of a protobuf field with a number below 16 and this many bytes.
std::size_t field_size(std::size_t bytes) {
  std::size_t length_bytes = 1;
  for (std::size_t rest = bytes >> 7; rest > 0; rest >>= 7) ++length_bytes;
  return bytes == 0 ? 0 : 1 + length_bytes + bytes;
}

/// Of the message that Alertmanager keeps of a silence: texts, matchers and four times.
std::size_t encoded_size(const Silence& silence) {
  constexpr std::size_t kTime = 14;
  std::size_t size = field_size(silence.id.size()) + field_size(silence.created_by.size()) +
                     field_size(silence.comment.size()) + 3 * kTime;
  std::size_t matchers = 0;
  for (const Matcher& matcher : silence.matchers) {
    const std::size_t type = matcher.op() == MatchOp::Equal ? 0 : 2;
    matchers +=
        field_size(type + field_size(matcher.name().size()) + field_size(matcher.value().size()));
  }
  size += field_size(matchers);
  for (const LabelView& note : silence.annotations) {
    size += field_size(field_size(note.name.size()) + field_size(note.value.size()));
  }
  return field_size(size) + kTime;
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

std::optional<SilenceRefusal> beyond(const SilenceLimits& limits, const SilenceChange& change,
                                     std::size_t stored) {
  const Matchers& matchers = change.stored.back().matchers;
  for (std::size_t i = 0; limits.legacy_names && i < matchers.size(); ++i) {
    if (!is_legacy_label_name(matchers[i].name())) return bad_name(i, matchers[i].name());
  }
  if (limits.count > 0 && change.created && stored + 1 > limits.count) {
    return bad(
        fmt::format("exceeded maximum number of silences: {} (limit: {})", stored, limits.count));
  }
  const std::size_t size = encoded_size(change.stored.back());
  if (limits.bytes > 0 && size > limits.bytes) {
    return bad(fmt::format("silence exceeded maximum size: {} bytes (limit: {} bytes)", size,
                           limits.bytes));
  }
  return std::nullopt;
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
