// The way through the routing tree: the routes that take the alert, and why the others do not.
#include <fmt/format.h>

#include "explain/parts.h"
#include "model/error.h"
#include "model/text.h"
#include "route/walk.h"

namespace tocsin::explain {
namespace {

using Kind = route::RouteStep::Kind;

std::string timing_text(const route::Route& route) {
  return fmt::format("group_wait {}, group_interval {}, repeat_interval {}",
                     format_duration(route.group_wait), format_duration(route.group_interval),
                     format_duration(route.repeat_interval));
}

std::string step_text(const route::RouteStep& step, const Labels& labels) {
  switch (step.kind) {
    case Kind::Descends:
      return "matches, and a route below it took the alert";
    case Kind::Takes:
      return fmt::format("takes the alert: tells {} ({})", step.route->receiver,
                         timing_text(*step.route));
    case Kind::Refuses:
      return failure_of(*step.refused, labels);
    case Kind::NotTried:
      return "not tried: the route before it took the alert and does not say `continue: true`";
  }
  return "";
}

/// Whether it would match if one of its regular expressions were not anchored.
bool is_part(const Matcher& matcher, std::string_view value) {
  if (matcher.op() != MatchOp::Regex || matcher.value().empty()) return false;
  try {
    return Matcher(matcher.name(), MatchOp::Regex, ".*(?:" + matcher.value() + ").*")
        .matches(value);
  } catch (const Error&) {  // larger than is allowed now
    return false;
  }
}

}  // namespace

std::string failure_of(const Matcher& matcher, const Labels& labels) {
  const std::string_view value = labels.get(matcher.name());
  const std::string fails = matcher.to_string() + " fails: ";
  if (value.empty()) return fmt::format("{}it has no label {}", fails, matcher.name());
  if (is_part(matcher, value)) {
    return fmt::format("{}a regular expression has to match all of {}, not a part", fails,
                       quote(value));
  }
  return fmt::format("{}its {} is {}", fails, matcher.name(), quote(value));
}

void add_routes(const Facts& facts, Explanation& out) {
  for (const route::RouteStep& step : route::walk(facts.config->route, facts.labels)) {
    out.routes.push_back({step.route->key, step.route->receiver, step.depth,
                          step.kind == Kind::Takes, step_text(step, facts.labels)});
  }
}

}  // namespace tocsin::explain
