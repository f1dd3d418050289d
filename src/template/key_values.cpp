#include "template/key_values.h"

#include <algorithm>

#include "template/print_value.h"

namespace tocsin::tmpl {
namespace {

using Arguments = std::span<const Value>;

const Labels& labels_of(const Value& value) { return *value.get_if<LabelMap>()->labels; }

/// One field of all pairs.
Value column(const List& pairs, std::string_view field) {
  std::vector<Value> items;
  items.reserve(pairs.items.size());
  for (const Value& pair : pairs.items) items.push_back(*pair.object()->find(field));
  return texts(std::move(items));
}

Value without(Arguments arguments, const Environment&) {
  std::vector<LabelView> kept;
  const std::vector<Value>& names = arguments[1].list()->items;
  for (const LabelView& label : labels_of(arguments[0])) {
    const bool named = std::any_of(names.begin(), names.end(),
                                   [&](const Value& name) { return *name.text() == label.name; });
    if (!named) kept.push_back(label);
  }
  return key_values(std::make_shared<const Labels>(Labels::of(std::move(kept))));
}

template <typename Of>
Method method(std::string_view type, std::string_view name, Of of) {
  return {type, {.name = name, .params = {type}, .body = [of](Arguments a, auto&) -> Value {
                   return of(a[0]);
                 }}};
}

}  // namespace

Value key_values(std::shared_ptr<const Labels> labels) {
  return LabelMap{std::move(labels), kKeyValues};
}

List sorted_pairs(const Labels& labels) {
  List pairs;
  pairs.type = kPairs;
  pairs.items.reserve(labels.size());
  const auto add = [&pairs](const LabelView& label) {
    Object pair{{{"Name", std::string(label.name)}, {"Value", std::string(label.value)}},
                "template.Pair"};
    pairs.items.emplace_back(std::move(pair));
  };
  for (const LabelView& label : labels) {
    if (label.name == kAlertName) add(label);
  }
  for (const LabelView& label : labels) {
    if (label.name != kAlertName) add(label);
  }
  return pairs;
}

Value texts(std::vector<Value> items) { return List{std::move(items), "[]string"}; }

std::vector<Method> key_value_methods() {
  const auto printed = [](const Value& value) { return print(value); };
  const auto pairs_of = [](const Value& value) { return sorted_pairs(labels_of(value)); };
  return {
      method(kKeyValues, "SortedPairs", pairs_of),
      method(kKeyValues, "Names",
             [=](const Value& value) { return column(pairs_of(value), "Name"); }),
      method(kKeyValues, "Values",
             [=](const Value& value) { return column(pairs_of(value), "Value"); }),
      method(kKeyValues, "String", printed),
      {kKeyValues, {.name = "Remove", .params = {kKeyValues, "[]string"}, .body = without}},
      method(kPairs, "Names", [](const Value& value) { return column(*value.list(), "Name"); }),
      method(kPairs, "Values", [](const Value& value) { return column(*value.list(), "Value"); }),
      method(kPairs, "String", printed),
  };
}

}  // namespace tocsin::tmpl
