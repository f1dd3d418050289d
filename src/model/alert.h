// The alert as everything after rule evaluation knows it: routing, grouping, muting, telling.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/labels.h"
#include "model/time.h"

namespace tocsin {

/// Where an alert came from; rule-born ones end only when their rule says so.
enum class Origin { Rule, Posted };

/// Identity is the label set. Frozen once in the book: a change makes a new value.
struct Alert {
  Fingerprint fingerprint = 0;  ///< labels.fingerprint()
  Labels labels;
  Annotations annotations;
  std::string generator_url;
  Timestamp starts_at;
  std::optional<Timestamp> ends_at;  ///< may lie in the future (posted alerts end by themselves)
  Timestamp updated_at;
  Origin origin = Origin::Posted;
  bool ends_by_timeout = false;  ///< ends_at was derived from resolve_timeout, not given
  std::optional<double> value;   ///< the value of the rule's expression when it last changed state

  /// Resolved from ends_at on (ends_at <= now).
  bool resolved(Timestamp now) const { return ends_at && *ends_at <= now; }
  bool operator==(const Alert&) const = default;
};

/// The alert with another end.
inline std::shared_ptr<const Alert> extended(const Alert& alert, Timestamp ends_at,
                                             Timestamp updated_at) {
  auto longer = std::make_shared<Alert>(alert);
  longer->ends_at = ends_at;
  longer->updated_at = updated_at;
  return longer;
}

/// shared_ptr because snapshots for readers and groups share the same frozen alerts.
using AlertPtr = std::shared_ptr<const Alert>;

}  // namespace tocsin
