// Silences: who is not to be disturbed by what, from when to when.
//
// Source of the semantics: alertmanager silence/silence.go and its API v2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "model/by_text.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"

namespace tocsin::route {

/// Frozen once made; a change makes a new value.
struct Silence {
  std::string id;  ///< UUID
  Matchers matchers;
  Timestamp starts_at;
  Timestamp ends_at;
  Timestamp updated_at;
  std::string created_by;
  std::string comment;
  Annotations annotations;
};

enum class SilenceState { Pending, Active, Expired };
std::string_view to_string(SilenceState state);

/// Active while starts_at <= now <= ends_at.
SilenceState state(const Silence& silence, Timestamp now);

/// What a client posts: no id makes a new silence.
struct SilenceRequest {
  std::string id;
  Matchers matchers;
  std::optional<Timestamp> starts_at;  ///< absent: now
  Timestamp ends_at;
  std::string created_by;
  std::string comment;
  Annotations annotations;
};

/// What is to be stored for a request, in this order; `id` is the one to answer with.
struct SilenceChange {
  std::string id;
  std::vector<Silence> stored;  ///< the expired predecessor, if any, then the new or updated one
  bool created = true;          ///< false: updated in place
};

/// The texts are Alertmanager's, so that its clients show what their users know.
struct SilenceRefusal {
  enum class Kind { BadRequest, NotFound } kind;
  std::string message;
};

/// How many silences there may be, expired ones that are still listed included, and how large one
/// may be, as Alertmanager would encode it; 0: no limit. And whether label names have to be such as
/// they were before they could be any text (--enable-feature=classic-mode).
struct SilenceLimits {
  std::size_t count = 0;
  std::size_t bytes = 0;
  bool legacy_names = false;
};

/// What stands against a change when there are `stored` silences already, or nothing.
std::optional<SilenceRefusal> beyond(const SilenceLimits& limits, const SilenceChange& change,
                                     std::size_t stored);

/// Decides what a POST /api/v2/silences means. `existing` is the silence with the request's id, or
/// null; `new_id` is used where a new silence comes out. Updates are in place only if the matchers
/// are the same and: active -> same start (to the second) and end not past; pending -> start not
/// past. Otherwise the old one is expired and a new one made. Pure.
std::variant<SilenceChange, SilenceRefusal> apply_request(const SilenceRequest& request,
                                                          const Silence* existing,
                                                          const std::string& new_id, Timestamp now);

/// The silence as expired at `now` (pending ones start and end now), or nothing if it already was.
std::optional<Silence> expire(const Silence& silence, Timestamp now);

/// The silences that an alert's labels are looked up in.
///
/// Each silence is filed under one of its `name=value` matchers, the one that fewest others are
/// filed under, so that an alert is compared only with the silences filed under one of its own
/// labels, and with those that have no such matcher.
class Silences {
 public:
  /// Adds or replaces by id.
  void put(Silence silence);
  void erase(const std::string& id);
  const Silence* find(const std::string& id) const;
  std::vector<std::shared_ptr<const Silence>> all() const;
  std::size_t size() const { return by_id_.size(); }

  /// Ids of the silences active at `now` that match, sorted.
  std::vector<std::string> muting(const Labels& labels, Timestamp now) const;

 private:
  using Frozen = std::shared_ptr<const Silence>;  // shared: copies of the index share the silences
  using Bucket = std::vector<Frozen>;
  /// Where a silence is filed: under one of its `name=value` matchers, or under two empty texts
  /// where it has none.
  struct Place {
    std::string name, value;
  };
  struct Filed {
    Frozen silence;
    Place under;
  };
  Place place_for(const Silence& silence) const;
  const Bucket* bucket(std::string_view name, std::string_view value) const;

  std::unordered_map<std::string, Filed> by_id_;
  ByText<ByText<Bucket>> buckets_;  ///< by name, by value; none is empty
};

}  // namespace tocsin::route
