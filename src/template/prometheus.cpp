#include "template/prometheus.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/rune.h"
#include "model/text.h"
#include "template/humanize.h"
#include "template/limits.h"
#include "template/replace.h"
#include "template/text_functions.h"

namespace tocsin::tmpl {
namespace {

using Arguments = std::span<const Value>;

constexpr std::string_view kSample = "*template.sample";
constexpr std::string_view kSamples = "template.queryResult";
constexpr unsigned kQueryCost = 1000;

double number_of(const Value& value) {
  if (const auto* number = value.get_if<double>()) return *number;
  if (const auto* number = value.get_if<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* span = value.get_if<std::chrono::nanoseconds>()) {
    return std::chrono::duration<double>(*span).count();
  }
  if (const auto* text = value.text()) return parse_go_float(*text);
  throw Error(fmt::format("can't convert {} to float", value.type()));
}

std::string_view text_of(const Value& value) { return *value.text(); }

Value query(Arguments arguments, const Environment& environment) {
  if (environment.query == nullptr) throw Error("there is no source to query here");
  List result;
  result.type = kSamples;
  for (const Sample& sample : (*environment.query)(std::string(text_of(arguments[0])))) {
    result.items.push_back(sample_value(sample));
  }
  return result;
}

Value first(Arguments arguments, const Environment&) {
  const List* samples = arguments[0].list();
  if (samples->items.empty()) throw Error("first() called on vector with no elements");
  return samples->items.front();
}

std::string_view label_of(const Value& sample, std::string_view name) {
  return sample.object()->find("Labels")->get_if<LabelMap>()->labels->get(name);
}

Value sort_by_label(Arguments arguments, const Environment&) {
  List sorted = *arguments[1].list();
  const std::string_view name = text_of(arguments[0]);
  std::stable_sort(
      sorted.items.begin(), sorted.items.end(),
      [name](const Value& a, const Value& b) { return label_of(a, name) < label_of(b, name); });
  return sorted;
}

Value args(Arguments arguments, const Environment&) {
  Map result;
  for (const Value& argument : arguments) {
    result.entries.emplace_back(fmt::format("arg{}", result.entries.size()), argument);
  }
  return result;
}

/// The part of a URL after scheme and host and before what follows the path.
std::string path_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos) return "";
  url.remove_prefix(slash);
  return std::string(url.substr(0, url.find_first_of("?#")));
}

std::string link(std::string_view expression, int tab) {
  return fmt::format("/graph?g0.expr={}&g0.tab={}", escape_query(expression), tab);
}

std::vector<Function> query_functions() {
  return {
      {.name = "query", .params = {"string"}, .body = query, .pure = false, .cost = kQueryCost},
      {.name = "first", .params = {kSamples}, .body = first},
      {.name = "label",
       .params = {"string", kSample},
       .body = [](Arguments a,
                  auto&) { return Value(std::string(label_of(a[1], text_of(a[0])))); }},
      {.name = "value",
       .params = {kSample},
       .body = [](Arguments a, auto&) { return *a[0].object()->find("Value"); }},
      {.name = "strvalue",
       .params = {kSample},
       .body = [](Arguments a, auto&) { return Value(std::string(label_of(a[0], "__value__"))); }},
      {.name = "sortByLabel", .params = {"string", kSamples}, .body = sort_by_label},
  };
}

/// A function of one number that gives a text.
Function of_number(std::string_view name, std::string (*body)(double)) {
  return {.name = name, .params = {kAny}, .body = [body](Arguments a, auto&) {
            return Value(body(number_of(a[0])));
          }};
}

/// A function of one text that gives a text.
Function of_text(std::string_view name, std::string (*body)(std::string_view)) {
  return {.name = name, .params = {"string"}, .body = [body](Arguments a, auto&) {
            return Value(body(text_of(a[0])));
          }};
}

Value to_time(Arguments arguments, const Environment&) {
  return from_unix_seconds(number_of(arguments[0]));
}

Value to_span(Arguments arguments, const Environment&) {
  const double seconds = number_of(arguments[0]);
  constexpr double kMost = 9.2e9;  // seconds that fit 64-bit nanoseconds
  if (std::isnan(seconds) || std::abs(seconds) > kMost) {
    throw Error(fmt::format("{} seconds do not fit a duration", seconds));
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::vector<Function> number_functions() {
  return {
      of_number("humanize", humanize),
      of_number("humanize1024", humanize_1024),
      of_number("humanizeDuration", humanize_duration),
      of_number("humanizePercentage", humanize_percentage),
      of_number("humanizeTimestamp", humanize_timestamp),
      {.name = "toTime", .params = {kAny}, .body = to_time},
      {.name = "toDuration", .params = {kAny}, .body = to_span},
      {.name = "now",
       .body =
           [](auto, const Environment& environment) {
             return Value(to_unix_seconds(environment.now));
           },
       .pure = false},
      {.name = "parseDuration",
       .params = {"string"},
       .body =
           [](Arguments a, auto&) {
             return Value(std::chrono::duration<double>(parse_duration(text_of(a[0]))).count());
           }},
  };
}

std::vector<Function> text_functions() {
  return {
      {.name = "args", .params = {kAny}, .variadic = true, .body = args},
      {.name = "reReplaceAll",
       .params = {"string", "string", "string"},
       .body =
           [](Arguments a, auto&) {
             return Value(replace_all(text_of(a[0]), text_of(a[1]), text_of(a[2])));
           },
       .cost = 100},
      {.name = "match",
       .params = {"string", "string"},
       .body = [](Arguments a, auto&) { return Value(matches(text_of(a[0]), text_of(a[1]))); },
       .cost = 100},
      of_text("safeHtml", [](std::string_view text) { return std::string(text); }),
      of_text("title", title),
      of_text("toUpper", upper),
      of_text("toLower", lower),
      of_text("graphLink", [](std::string_view expression) { return link(expression, 0); }),
      of_text("tableLink", [](std::string_view expression) { return link(expression, 1); }),
      of_text("stripPort", strip_port),
      of_text("stripDomain", strip_domain),
      of_text("urlQueryEscape", escape_query),
      {.name = "pathPrefix",
       .body =
           [](auto, const Environment& environment) {
             return Value(path_of(environment.external_url));
           }},
      {.name = "externalURL",
       .body = [](auto,
                  const Environment& environment) { return Value(environment.external_url); }},
  };
}

}  // namespace

Value sample_value(const Sample& sample) {
  auto labels = std::make_shared<const Labels>(sample.labels);
  Object object;
  object.type = kSample;
  object.fields = {{"Labels", LabelMap{std::move(labels)}}, {"Value", sample.value}};
  return object;
}

const Functions& prometheus_functions() {
  static const Functions kTable = builtins()
                                      .with(Functions(query_functions()))
                                      .with(Functions(number_functions()))
                                      .with(Functions(text_functions()));
  return kTable;
}

}  // namespace tocsin::tmpl
