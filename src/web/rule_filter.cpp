#include "web/rule_filter.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "model/error.h"
#include "query/syntax/parse.h"

namespace tocsin::web {
namespace {

std::unordered_set<std::string> set_of(std::vector<std::string> values) {
  return {values.begin(), values.end()};
}

bool passes(const std::unordered_set<std::string>& wanted, const std::string& value) {
  return wanted.empty() || wanted.contains(value);
}

/// The rule's label as written; a template stands for values that are not known yet.
bool holds(const Matcher& matcher, const rule::Rule& rule) {
  const auto at = std::ranges::find(rule.labels, matcher.name(), &rule::TemplatedLabel::name);
  if (at == rule.labels.end()) return matcher.matches("");
  const std::string_view text = at->value.text();
  return text.find("{{") == std::string_view::npos && matcher.matches(text);
}

std::size_t parse_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0) {
    throw Error(fmt::format("invalid group limit value: {}: it has to be a number above 0", text));
  }
  return limit;
}

/// Opaque to clients, and the same as long as the group is there.
std::string token_of(const rule::RuleGroup& group) {
  return format_fingerprint(Labels{{"file", group.file}, {"group", group.name}}.fingerprint());
}

}  // namespace

RuleFilter::RuleFilter(const Request& request)
    : type(request.parameter("type")),
      names(set_of(request.parameters("rule_name[]"))),
      groups(set_of(request.parameters("rule_group[]"))),
      files(set_of(request.parameters("file[]"))),
      exclude_alerts(request.flag("exclude_alerts", false)),
      next_token(request.parameter("group_next_token")) {
  if (!type.empty() && type != "alert" && type != "record") {
    throw Error(fmt::format("not supported value \"{}\"", type));
  }
  for (const std::string& each : request.parameters("match[]")) {
    selectors.push_back(query::parse_selector(each));
  }
  if (const auto limit = request.parameter("group_limit"); !limit.empty()) {
    group_limit = parse_limit(limit);
  } else if (!next_token.empty()) {
    throw Error("group_limit needs to be present in order to paginate over the groups");
  }
}

bool RuleFilter::wants(const rule::Rule& rule) const {
  const std::string_view kind = rule.kind == rule::Kind::Alerting ? "alert" : "record";
  if ((!type.empty() && type != kind) || !passes(names, rule.name)) return false;
  return selectors.empty() || std::ranges::any_of(selectors, [&](const Matchers& selector) {
           return std::ranges::all_of(selector,
                                      [&](const Matcher& each) { return holds(each, rule); });
         });
}

bool RuleFilter::wants(const engine::GroupView& group) const {
  return passes(groups, group.group->name) && passes(files, group.group->file) &&
         std::ranges::any_of(group.rules,
                             [&](const engine::RuleView& rule) { return wants(*rule.rule); });
}

bool RulePage::shows(const engine::GroupView& group) {
  if (!begun_) begun_ = token_of(*group.group) == token_;
  if (!begun_) return false;
  if (limit_ == 0 || shown_ < limit_) {
    ++shown_;
    return true;
  }
  if (next_.empty()) next_ = token_of(*group.group);
  return false;
}

}  // namespace tocsin::web
