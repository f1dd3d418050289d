#include "rule/rule_template.h"

#include <array>

#include "template/prometheus.h"

namespace tocsin::rule {

tmpl::Template parse_rule_template(std::string_view text, std::string name) {
  // In the order of RuleVariable.
  constexpr std::array<std::string_view, 4> kVariables = {"$labels", "$externalLabels",
                                                          "$externalURL", "$value"};
  return tmpl::Template::parse(text, std::move(name), tmpl::prometheus_functions(), kVariables);
}

}  // namespace tocsin::rule
