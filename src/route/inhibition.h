// Inhibition: an alert is not told while another one fires that explains it.
//
// Source of the semantics: alertmanager inhibit/inhibit.go. What differs: every source of an
// equal-set counts, where Alertmanager remembers one.
#pragma once

#include <compare>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/alert.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"

namespace tocsin::route {

/// While an alert fires that the source matchers take, those that the target matchers take and that
/// agree with it in the labels `equal` are inhibited. A missing label is the same as an empty one.
struct InhibitRule {
  std::string name;  ///< for people; may be empty, need not be unique
  Matchers source_matchers;
  Matchers target_matchers;
  std::vector<std::string> equal;  ///< sorted, without duplicates
};

/// The alerts that can inhibit others, filed under each rule by the values of its `equal` labels,
/// so that looking up a target compares it with rules, not with alerts.
///
/// A copy shares the rules' files with the original until one of them changes: copies are cheap.
class Inhibitions {
 public:
  Inhibitions() = default;
  explicit Inhibitions(std::vector<InhibitRule> rules);

  /// Whether a rule has the alert on its source side: only then need it be put or dropped.
  bool concern(const Labels& labels) const;
  /// REQUIRES: no alert with these labels is filed.
  void put(const Alert& alert);
  /// The same value that was put; others do nothing.
  void drop(const Alert& alert);

  /// Who inhibits an alert with these labels: alerts that fire at `now`, rule by rule, of each rule
  /// those that end last first, no one twice, at most `most`. Whether they are silenced or
  /// inhibited themselves makes no difference. A target that a rule also takes as a source is not
  /// inhibited by alerts that it takes as both: otherwise such alerts would inhibit themselves or
  /// one another.
  std::vector<Fingerprint> inhibiting(
      const Labels& labels, Timestamp now,
      std::size_t most = std::numeric_limits<std::size_t>::max()) const;

  /// The first of inhibiting(), with its rule.
  struct Inhibitor {
    Fingerprint source;
    const InhibitRule* rule;  ///< lives as long as this or a copy of it
  };
  std::optional<Inhibitor> inhibitor(const Labels& labels, Timestamp now) const;

 private:
  /// Alerts by their end, the latest first: those that fire stand in front.
  struct Source {
    Timestamp end;
    Fingerprint fingerprint;
    auto operator<=>(const Source& other) const = default;
  };
  using Sources = std::set<Source, std::greater<>>;
  struct Bucket {
    Sources one_sided;
    Sources two_sided;  ///< also taken by the target matchers
  };
  struct Ruled {
    std::shared_ptr<const InhibitRule> rule;
    std::shared_ptr<std::unordered_map<std::string, Bucket>> buckets;  ///< copied on write
  };
  template <class Visit>  // bool(const InhibitRule&, Fingerprint): whether to go on
  void each_inhibitor(const Labels& labels, Timestamp now, Visit visit) const;

  std::vector<Ruled> rules_;
};

}  // namespace tocsin::route
