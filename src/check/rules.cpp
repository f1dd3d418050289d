#include "check/rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/file.h"
#include "config/node.h"
#include "model/excerpt.h"
#include "model/text.h"

namespace tocsin::check {
namespace {

constexpr std::size_t kMostFindings = 20;  // of one rule; they resemble each other

const config::Node* value_of(const config::Node& node, std::string_view key) {
  for (const config::Node::Entry& each : node.entries) {
    if (each.key == key) return each.value;
  }
  return nullptr;
}

/// The rule's name and labels, as they tell its series from others.
std::string identity(const rule::Rule& rule) {
  std::string text = rule.name;
  for (const rule::TemplatedLabel& label : rule.labels) {
    text += fmt::format(",{}={}", quote(label.name), quote(label.value.text()));
  }
  return text;
}

}  // namespace

void RuleChecker::look_at(const config::RuleReading& reading) {
  ++rules_;
  if (reading.rule.parsed == nullptr) return;  // which has been said
  const std::size_t before = findings_.size();
  expression(reading);
  hold(reading);
  duplicate(reading);
  for (std::size_t i = before; i < findings_.size(); ++i) {
    findings_[i].rule_line = reading.rule.where.line;
  }
}

void RuleChecker::expression(const config::RuleReading& reading) {
  const rule::Rule& rule = reading.rule;
  const config::Node& node = *value_of(reading.node, "expr");
  const std::size_t start = std::min(node.text.find(rule.expression), node.text.size());
  std::size_t count = 0;
  const Report report = [&](std::string_view code, std::size_t at, std::string message) {
    if (++count > kMostFindings) return;
    findings_.push_back(
        {code,
         Severity::Warning,
         {reading.file.inside(node, start + at), std::move(message), excerpt(rule.expression, at)},
         0});
  };
  const Known known = analyze(*rule.parsed, report);
  check_comparison(rule, report);
  check_windows(*rule.parsed, settings_, report);
  check_counters(*rule.parsed, report);
  check_experimental(rule, report);
  templates(reading, known.labels);
  if (rule.kind == rule::Kind::Alerting) alerts_.push_back({rule.name, rule.labels, known.labels});
}

void RuleChecker::templates(const config::RuleReading& reading, const LabelFacts& labels) {
  for (GoneLabel& gone : gone_labels(reading.rule, labels)) {
    const config::Node* texts =
        value_of(reading.node, gone.is_annotation ? "annotations" : "labels");
    const config::Node* text = texts == nullptr ? nullptr : value_of(*texts, gone.name);
    // Labels of the group stand elsewhere.
    Position where = text == nullptr ? reading.rule.where : reading.file.inside(*text, gone.offset);
    findings_.push_back(
        {kLabelGone, Severity::Warning, {std::move(where), std::move(gone.message)}, 0});
  }
}

void RuleChecker::hold(const config::RuleReading& reading) {
  const Duration lasts = reading.rule.hold.for_duration;
  const Duration interval = reading.group.interval;
  if (lasts <= Duration{0} || lasts >= interval) return;
  const config::Node* node = value_of(reading.node, "for");
  const Position where = node == nullptr ? reading.rule.where : reading.file.position(node->mark);
  findings_.push_back(
      {kForShort,
       Severity::Warning,
       {where, fmt::format("a \"for\" of {} makes the alert wait for the next evaluation, which "
                           "comes after {}; make \"for\" a multiple of the group's interval, or "
                           "evaluate more often",
                           format_duration(lasts), format_duration(interval))},
       0});
}

void RuleChecker::duplicate(const config::RuleReading& reading) {
  const rule::Rule& rule = reading.rule;
  const std::string key = reading.file.name() + "\n" + identity(rule);
  const auto [first, is_new] = seen_.emplace(key, rule.where.line);
  if (is_new) return;
  const bool records = rule.kind == rule::Kind::Recording;
  findings_.push_back(
      {kDuplicateRules,
       Severity::Warning,
       {rule.where,
        fmt::format("{} {} with the same labels is in line {}, too; {}",
                    records ? "a recording rule" : "an alert", config::shown(rule.name),
                    first->second,
                    records ? "two rules must not write the same series"
                            : "nobody can tell their alerts apart, add a label or rename one")},
       0});
}

}  // namespace tocsin::check
