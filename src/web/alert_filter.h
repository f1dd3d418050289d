// What GET /api/v2/alerts and /api/v2/alerts/groups are asked for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "model/matcher.h"
#include "web/alert_json.h"
#include "web/http.h"

namespace re2 {
class RE2;
}

namespace tocsin::web {

/// Which receivers are asked for, by name and by label.
class ReceiverFilter {
 public:
  /// Throws Error, in Alertmanager's words, for a `receiver` or `receiver_matchers` that is none.
  ReceiverFilter(const Request& request, MatcherSyntax syntax);

  bool wants_all() const { return !name_ && matchers_.empty(); }
  bool wants(const config::Config& config, const std::string& name) const;
  /// One of them.
  bool wants_any(const config::Config& config, const std::vector<std::string>& names) const;

 private:
  std::shared_ptr<const re2::RE2> name_;  ///< null: any
  Matchers matchers_;
};

struct AlertFilter {
  /// Throws Error, in Alertmanager's words.
  AlertFilter(const Request& request, MatcherSyntax syntax);

  bool wants(const AlertStatus& status) const;

  Matchers matchers;
  bool active, silenced, inhibited;
  ReceiverFilter receiver;
};

/// The parameter's values as matchers, one each. Throws Error.
Matchers matchers_of(const Request& request, std::string_view parameter, MatcherSyntax syntax);

}  // namespace tocsin::web
