// alert_rule_test and promql_expr_test.
#include <algorithm>

#include <fmt/format.h>

#include "trial/checks.h"

namespace tocsin::trial {
namespace {

/// Why there may be nothing, for those who wonder.
void add_hint(const CheckContext& context, Duration eval_time, std::vector<std::string>& lines) {
  Duration end{0};
  for (const InputSeries& series : context.test.series) {
    if (series.values.empty()) continue;
    const Duration::rep most = Duration::max() / context.test.interval;
    const auto last = std::min(static_cast<Duration::rep>(series.values.size()) - 1, most);
    end = std::max(end, last * context.test.interval);
  }
  const Duration evaluation = context.file.evaluation_interval;
  if (!context.test.series.empty() && eval_time > end) {
    lines.push_back(fmt::format("(the values of input_series end at {})", format_duration(end)));
  } else if (eval_time % evaluation != Duration{0} && context.test.interval < evaluation) {
    lines.push_back(fmt::format(
        "(rules and series were last brought up to date at {}: "
        "evaluation_interval is {})",
        format_duration(eval_time - eval_time % evaluation), format_duration(evaluation)));
  }
}

std::vector<Item> firing(const engine::RulesView& rules, const std::string& alertname) {
  std::vector<Item> items;
  for (const engine::GroupView& group : rules.groups()) {
    for (const engine::RuleView& view : group.rules) {
      if (view.rule->kind != rule::Kind::Alerting || view.rule->name != alertname) continue;
      if (view.actives == nullptr) continue;
      for (const auto& [fingerprint, active] : *view.actives) {
        if (active.phase != state::Phase::Firing) continue;
        items.push_back({active.labels, active.annotations, {}});
      }
    }
  }
  return items;
}

/// A native histogram is its text, as promtool compares them.
Item item(const Labels& labels, double value, const query::NativeHistogram* histogram) {
  if (histogram == nullptr) return {labels, {}, value};
  return {labels, {}, {}, histogram->to_string()};
}

}  // namespace

void check_alerts(const CheckContext& context, const AlertCheck& check,
                  const engine::RulesView& rules, std::vector<Failed>& failures) {
  std::vector<Item> expected;
  for (const ExpectedAlert& alert : check.alerts) {
    expected.push_back({alert.labels, alert.annotations, {}});
  }
  auto lines = difference(std::move(expected), firing(rules, check.alertname),
                          {false, context.only_differences});
  if (lines.empty()) return;
  add_hint(context, check.eval_time, lines);
  failures.push_back(
      {check.where,
       fmt::format("alertname: {}, time: {}", check.alertname, format_duration(check.eval_time)),
       std::move(lines)});
}

void check_expression(const CheckContext& context, const ExpressionCheck& check,
                      MemorySource& source, std::vector<Failed>& failures) {
  const auto fail = [&](std::vector<std::string> lines) {
    failures.push_back(
        {check.where,
         fmt::format("expr: {}, time: {}", check.expression, format_duration(check.eval_time)),
         std::move(lines)});
  };
  std::vector<Item> expected;
  for (const ExpectedSample& sample : check.samples) {
    expected.push_back(item(sample.labels, sample.value, sample.histogram.get()));
  }
  const query::Answer answer =
      source.evaluate(check.expression, context.test.start + check.eval_time, true);
  if (const auto* failure = std::get_if<query::Failure>(&answer)) return fail({failure->message});
  std::vector<Item> got;
  for (const query::Sample& sample : std::get<query::Samples>(answer)) {
    got.push_back(item(sample.labels, sample.value, source.histogram(sample.value).get()));
  }
  auto lines = difference(std::move(expected), std::move(got),
                          {context.file.fuzzy_compare, context.only_differences});
  if (lines.empty()) return;
  add_hint(context, check.eval_time, lines);
  fail(std::move(lines));
}

}  // namespace tocsin::trial
