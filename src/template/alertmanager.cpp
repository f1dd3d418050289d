#include "template/alertmanager.h"

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "template/base64.h"
#include "template/humanize.h"
#include "template/json.h"
#include "template/key_values.h"
#include "template/limits.h"
#include "template/print_value.h"
#include "template/replace.h"
#include "template/text_functions.h"
#include "template/time_layout.h"

namespace tocsin::tmpl {
namespace {

using Arguments = std::span<const Value>;
using std::chrono::nanoseconds;

constexpr std::string_view kText = "string";
constexpr std::string_view kTime = "time.Time";
constexpr unsigned kRegexCost = 100;

std::string_view text_of(const Value& value) { return *value.text(); }

Function of_text(std::string_view name, std::string (*body)(std::string_view)) {
  return {.name = name, .params = {kText}, .body = [body](Arguments a, auto&) {
            return Value(body(text_of(a[0])));
          }};
}

/// The same text, of a type that says what it is.
Function typed(std::string_view name, std::string_view type) {
  return {.name = name, .params = {kText}, .body = [type](Arguments a, auto&) -> Value {
            Text text = *a[0].get_if<Text>();
            text.type = type;
            return text;
          }};
}

Value join(Arguments arguments, const Environment&) {
  std::string out;
  bool first = true;
  for (const Value& item : arguments[1].list()->items) {
    if (!first) out += text_of(arguments[0]);
    out += text_of(item);
    check_text_length(out.size());
    first = false;
  }
  return out;
}

double seconds_of(const Value& value) {
  if (const auto* number = value.get_if<double>()) return *number;
  if (const auto* number = value.get_if<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* span = value.get_if<nanoseconds>()) {
    return std::chrono::duration<double>(*span).count();
  }
  if (value.type() == kText) return parse_go_float(text_of(value));
  throw Error(fmt::format("can't convert {} to float", value.type()));
}

Value since(Arguments arguments, const Environment& environment) {
  const double apart = static_cast<double>((environment.now - arguments[0].time()->at).count());
  constexpr double kLongest = 9'223'372'036'854.0;  // ms that fit a Go duration
  if (apart >= kLongest) return nanoseconds::max();
  return nanoseconds(std::chrono::milliseconds(static_cast<std::int64_t>(apart)));
}

Value to_date(Arguments arguments, const Environment&) {
  try {
    return parse_layout(text_of(arguments[0]), text_of(arguments[1]));
  } catch (const Error&) {
    return parse_layout("2006", "0001");  // Go's zero time
  }
}

Value dict(Arguments arguments, const Environment&) {
  if (arguments.size() % 2 != 0) throw Error("dict requires an even number of arguments");
  Map map;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (arguments[i].type() != kText) throw Error("dict keys must be strings");
    map.entries.emplace_back(text_of(arguments[i]), arguments[i + 1]);
  }
  return map;
}

Value append(Arguments arguments, const Environment&) {
  List list = *arguments[0].list();
  list.items.insert(list.items.end(), arguments.begin() + 1, arguments.end());
  return list;
}

Value route_label(Arguments arguments, const Environment& environment) {
  if (environment.route_label == nullptr) return "";
  return (*environment.route_label)(text_of(arguments[0]));
}

std::vector<Function> text_table() {
  return {
      of_text("toUpper", upper),
      of_text("toLower", lower),
      of_text("title", title_case),
      of_text("trimSpace", trim_space),
      of_text("urlUnescape", unescape_query),
      of_text("base64encode", base64_encode),
      of_text("base64decode", base64_decode),
      typed("safeHtml", kSafeHtml),
      typed("safeUrl", kSafeUrl),
      {.name = "match",
       .params = {kText, kText},
       .body = [](Arguments a, auto&) { return Value(matches(text_of(a[0]), text_of(a[1]))); },
       .cost = kRegexCost},
      {.name = "reReplaceAll",
       .params = {kText, kText, kText},
       .body =
           [](Arguments a, auto&) {
             return Value(replace_all(text_of(a[0]), text_of(a[1]), text_of(a[2])));
           },
       .cost = kRegexCost},
  };
}

std::vector<Function> collection_table() {
  return {
      {.name = "join", .params = {kText, "[]string"}, .body = join},
      {.name = "stringSlice",
       .params = {kText},
       .variadic = true,
       .body =
           [](Arguments a, auto&) {
             return texts({a.begin(), a.end()});
           }},
      {.name = "list",
       .params = {kAny},
       .variadic = true,
       .body = [](Arguments a, auto&) -> Value {
         return List{{a.begin(), a.end()}};
       }},
      {.name = "append", .params = {"[]interface {}", kAny}, .variadic = true, .body = append},
      {.name = "dict", .params = {kAny}, .variadic = true, .body = dict},
      {.name = "toJson",
       .params = {kAny},
       .body = [](Arguments a, auto&) { return Value(to_json(a[0])); }},
      {.name = "routeLabels", .params = {kText}, .body = route_label},
  };
}

std::vector<Function> time_table() {
  return {
      {.name = "now",
       .params = {},
       .body = [](auto, const Environment& environment) { return Value(environment.now); },
       .pure = false},
      {.name = "since", .params = {kTime}, .body = since, .pure = false},
      {.name = "date",
       .params = {kText, kTime},
       .body = [](Arguments a,
                  auto&) { return Value(format_layout(*a[1].time(), text_of(a[0]))); }},
      {.name = "tz",
       .params = {kText, kTime},
       .body = [](Arguments a, auto&) -> Value { return in_zone(a[1].time()->at, text_of(a[0])); }},
      {.name = "toDate", .params = {kText, kText}, .body = to_date},
      {.name = "mustToDate",
       .params = {kText, kText},
       .body = [](Arguments a, auto&) -> Value {
         return parse_layout(text_of(a[0]), text_of(a[1]));
       }},
      {.name = "humanizeDuration",
       .params = {kAny},
       .body = [](Arguments a, auto&) { return Value(humanize_duration(seconds_of(a[0]))); }},
  };
}

}  // namespace

const Functions& alertmanager_functions() {
  static const Functions kTable = builtins()
                                      .with(Functions(text_table(), key_value_methods()))
                                      .with(Functions(collection_table()))
                                      .with(Functions(time_table()));
  return kTable;
}

}  // namespace tocsin::tmpl
