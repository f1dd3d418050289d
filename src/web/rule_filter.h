// Which rules GET /api/v1/rules is asked for, and which page of them.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "engine/evaluation.h"
#include "model/matcher.h"
#include "web/http.h"

namespace tocsin::web {

struct RuleFilter {
  /// Throws Error, in Prometheus' words.
  explicit RuleFilter(const Request& request);

  bool wants(const rule::Rule& rule) const;
  /// It has a rule that is wanted.
  bool wants(const engine::GroupView& group) const;

  std::string type;                                      ///< "alert", "record" or empty
  std::unordered_set<std::string> names, groups, files;  ///< empty: any
  std::vector<Matchers> selectors;                       ///< one of them holds; none: any
  bool exclude_alerts = false;
  std::size_t group_limit = 0;  ///< 0: all
  std::string next_token;       ///< of the group to begin with; empty: the first
};

/// Walks through the groups that are wanted, in order, and says which of them are on the page.
class RulePage {
 public:
  explicit RulePage(const RuleFilter& filter)
      : limit_(filter.group_limit), token_(filter.next_token), begun_(token_.empty()) {}

  bool shows(const engine::GroupView& group);
  /// The token of the page after this one; empty: this is the last one.
  const std::string& next() const { return next_; }
  /// The group to begin with did not come.
  bool lost() const { return !begun_; }

 private:
  std::size_t limit_;
  std::string token_;
  bool begun_;
  std::size_t shown_ = 0;
  std::string next_;
};

}  // namespace tocsin::web
