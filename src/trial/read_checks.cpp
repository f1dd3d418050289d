// What a test says about alerts and expressions.
#include <cctype>
#include <limits>

#include <fmt/format.h>

#include "model/literal.h"
#include "query/samples/notation.h"
#include "trial/reader.h"

namespace tocsin::trial {
namespace {

using config::Map;
using config::Node;
using config::shown;

/// A number as YAML 1.1 has them: 1, -2.5, 1e3, 0x1F, .inf, .nan.
std::optional<double> parse_value(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string word(text.substr(text.starts_with('.') ? 1 : 0));
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (word == "inf") {
    return negative ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::infinity();
  }
  std::int64_t whole = 0;
  if (parse_integer(text, negative, whole) == IntegerError::None) return static_cast<double>(whole);
  double value = 0;
  if (parse_float(text, negative, value)) return value;
  return std::nullopt;
}

ExpectedAlert read_alert(const Node& node, config::File& file, const std::string& alertname) {
  ExpectedAlert alert;
  Map map(node, "expected alert", file);
  if (!map.usable()) return alert;
  map.read("exp_labels", alert.labels);
  map.read("exp_annotations", alert.annotations);
  alert.labels.set(kAlertName, alertname);
  return alert;
}

ExpectedSample read_sample(const Node& node, config::File& file) {
  ExpectedSample sample;
  Map map(node, "expected sample", file);
  if (!map.usable()) return sample;
  std::string text;
  if (map.read("labels", text) && !text.empty()) {
    try {
      sample.labels = query::parse_series(text);
      sample.labels.drop_empty();
    } catch (const Error& error) {
      map.problem("labels",
                  fmt::format("labels are written like up{{job=\"a\"}}: {}", error.what()));
    }
  }
  if (map.read("value", text)) {
    if (const auto value = parse_value(text)) {
      sample.value = *value;
    } else {
      map.problem("value", fmt::format("value must be a number, not {}", shown(text)));
    }
  }
  if (map.read("histogram", text) && !text.empty()) {
    try {
      sample.histogram = query::parse_histogram(text).content;
    } catch (const Error& error) {
      map.problem("histogram", error.what());
    }
  }
  return sample;
}

void check_expression(Map& map, const ExpressionCheck& check, const query::ParseOptions& options) {
  const query::Parsed parsed = query::parse_expression(check.expression, options);
  if (parsed.errors.empty()) return;
  const query::ParseError& first = parsed.errors.front();
  const Node* node = map.find("expr");
  const std::string message =
      fmt::format("the expr is no expression: {}", query::to_string(first, check.expression));
  if (node == nullptr) return map.problem(message);
  map.file().problem(map.file().inside(*node, first.where.begin), message);
}

}  // namespace

std::vector<AlertCheck> read_alert_checks(Map& test) {
  std::vector<AlertCheck> checks;
  config::File& file = test.file();
  test.for_each("alert_rule_test", [&](const Node& node) {
    AlertCheck check;
    check.where = file.position(node.mark);
    Map map(node, "alert_rule_test", file);
    if (!map.usable()) return;
    map.read("eval_time", check.eval_time);
    map.read("alertname", check.alertname);
    if (check.alertname.empty()) map.problem("an alert_rule_test needs an alertname");
    map.for_each("exp_alerts", [&](const Node& alert) {
      check.alerts.push_back(read_alert(alert, file, check.alertname));
    });
    checks.push_back(std::move(check));
  });
  return checks;
}

std::vector<ExpressionCheck> read_expression_checks(Map& test, const Reading& reading) {
  std::vector<ExpressionCheck> checks;
  config::File& file = test.file();
  test.for_each("promql_expr_test", [&](const Node& node) {
    ExpressionCheck check;
    check.where = file.position(node.mark);
    Map map(node, "promql_expr_test", file);
    if (!map.usable()) return;
    map.read("expr", check.expression);
    map.read("eval_time", check.eval_time);
    map.for_each("exp_samples",
                 [&](const Node& sample) { check.samples.push_back(read_sample(sample, file)); });
    check_expression(map, check, reading.options.syntax);
    checks.push_back(std::move(check));
  });
  return checks;
}

}  // namespace tocsin::trial
