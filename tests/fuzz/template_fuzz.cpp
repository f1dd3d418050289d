// Whatever stands in a label or annotation of a rule, it is refused at its place or becomes a text
// within the limits, the same one each time.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "model/error.h"
#include "model/text.h"
#include "rule/rule_template.h"

namespace {

using tocsin::Labels;
using tocsin::tmpl::Template;
using tocsin::tmpl::Value;

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<Template> parsed(std::string_view text) {
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  try {
    return tocsin::rule::parse_rule_template(text, "fuzz");
  } catch (const tocsin::InvalidInput& error) {
    for (const auto& each : error.diagnostics()) {
      require(!each.message.empty());
      require(tocsin::is_utf8(each.message) || !tocsin::is_utf8(text));
      require(each.where.line >= 1 && each.where.line <= lines && each.where.column >= 1);
    }
  }
  return std::nullopt;
}

/// The text that the template becomes, or what is wrong.
std::string executed(const Template& parsed, double number) {
  static const Labels labels{{"instance", "web-1.example.org:9100"},
                             {"job", "<a href=\"x\">'&`\u202e</a>"},
                             {"empty", ""},
                             {"number", "1234.5e6"}};
  static const Labels external{{"cluster", "home"}};
  const std::array<Value, 4> variables = {Value::borrowed(labels), Value::borrowed(external),
                                          Value("http://tocsin.example.org/a?b"), Value(number)};
  const tocsin::tmpl::Object data{{{"Labels", variables[0]},
                                   {"ExternalLabels", variables[1]},
                                   {"ExternalURL", variables[2]},
                                   {"Value", variables[3]}}};
  tocsin::tmpl::Environment environment;
  environment.external_url = "http://tocsin.example.org/a?b";
  try {
    return parsed.execute(data, environment, variables);
  } catch (const tocsin::Error& error) {
    require(error.what() != std::string_view());
    return error.what();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Limits = std::numeric_limits<double>;
  constexpr std::array<double, 6> kNumbers = {
      0.875, 1.5e9, -0.0, 1e300, -Limits::infinity(), Limits::quiet_NaN()};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto given = parsed(text);
  if (!given) return 0;
  require(given->text() == text);
  const double number = kNumbers[size % kNumbers.size()];
  const std::string first = executed(*given, number);
  require(first.size() <= tocsin::tmpl::Limits{}.output + text.size());
  if (given->is_literal()) require(first == text);
  if (given->is_pure()) require(executed(*given, number) == first);
  return 0;
}
