// Templates as a rule has them, expanded for one sample.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/error.h"
#include "rule/rule_template.h"
#include "template/template.h"

namespace tocsin::tmpl {

inline const Labels& sample_labels() {
  static const Labels kLabels{{"alertname", "A"},
                              {"empty_here", "x"},
                              {"instance", "web-1.example.com:9090"},
                              {"job", "Api <b>\"x\"&'y'"},
                              {"path", "/a b/c?d=é"}};
  return kLabels;
}

inline constexpr double kSampleValue = 123456.789;
inline constexpr std::string_view kExternalUrl = "http://tocsin.example.com/base/path";

/// What `query` answers in these tests.
inline std::vector<Sample> answer(const std::string& expression) {
  if (expression == "none") return {};
  if (expression == "bad") throw Error("the source is gone");
  return {{Labels{{"__name__", "up"}, {"instance", "b"}}, 2},
          {Labels{{"__name__", "up"}, {"instance", "a"}}, 1}};
}

inline std::string render_value(std::string_view text, double value) {
  const Template parsed = rule::parse_rule_template(text, "t");
  const Labels external{{"cluster", "eu-1"}};
  const std::vector<Value> variables = {Value::borrowed(sample_labels()), Value::borrowed(external),
                                        Value::borrowed(kExternalUrl), Value(value)};
  const Value data = Object{{{"Labels", variables[0]},
                             {"ExternalLabels", variables[1]},
                             {"ExternalURL", variables[2]},
                             {"Value", variables[3]}}};
  const Query query = answer;
  const Timestamp now{std::chrono::milliseconds{1'700'000'000'500}};
  return parsed.execute(data, {now, kExternalUrl, &query}, variables);
}

inline std::string render(std::string_view text) { return render_value(text, kSampleValue); }

}  // namespace tocsin::tmpl
