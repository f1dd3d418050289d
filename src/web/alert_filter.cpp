#include "web/alert_filter.h"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "query/syntax/regexp_error.h"

namespace tocsin::web {
namespace {

std::shared_ptr<const RE2> anchored(std::string_view pattern) {
  if (pattern.empty()) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  const std::string whole = fmt::format("^(?:{})$", pattern);
  auto regex = std::make_shared<const RE2>(whole, options);
  if (!regex->ok()) {
    throw Error(fmt::format("failed to parse receiver param: {}", query::regexp_error(whole)));
  }
  return regex;
}

Matchers receiver_matchers(const Request& request, MatcherSyntax syntax) {
  try {
    return matchers_of(request, "receiver_matchers", syntax);
  } catch (const Error& error) {
    throw Error(fmt::format("failed to parse receiver_matchers param: {}", error.what()));
  }
}

}  // namespace

ReceiverFilter::ReceiverFilter(const Request& request, MatcherSyntax syntax)
    : name_(anchored(request.parameter("receiver"))),
      matchers_(receiver_matchers(request, syntax)) {}

bool ReceiverFilter::wants(const config::Config& config, const std::string& name) const {
  if (name_ && !RE2::FullMatch(name, *name_)) return false;
  if (matchers_.empty()) return true;
  const config::Receiver* receiver = config.receiver(name);
  return receiver != nullptr && all_match(matchers_, receiver->labels);
}

bool ReceiverFilter::wants_any(const config::Config& config,
                               const std::vector<std::string>& names) const {
  if (wants_all()) return true;
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return wants(config, name); });
}

AlertFilter::AlertFilter(const Request& request, MatcherSyntax syntax)
    : matchers(matchers_of(request, "filter", syntax)),
      active(request.flag("active", true)),
      silenced(request.flag("silenced", true)),
      inhibited(request.flag("inhibited", true)),
      receiver(request, syntax) {}

bool AlertFilter::wants(const AlertStatus& status) const {
  if (!active && status.silenced_by.empty() && status.inhibited_by.empty()) return false;
  return (silenced || status.silenced_by.empty()) && (inhibited || status.inhibited_by.empty());
}

Matchers matchers_of(const Request& request, std::string_view parameter, MatcherSyntax syntax) {
  Matchers matchers;
  for (const std::string& each : request.parameters(parameter)) {
    matchers.push_back(parse_matcher(each, syntax));
  }
  return matchers;
}

}  // namespace tocsin::web
