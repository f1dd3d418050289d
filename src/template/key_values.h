// Label sets as notifications show them to templates: Alertmanager's KV and Pairs.
#pragma once

#include <memory>
#include <vector>

#include "model/labels.h"
#include "template/functions.h"
#include "template/value.h"

namespace tocsin::tmpl {

/// A template.KV: like a map of texts, with the methods SortedPairs, Remove, Names and Values.
Value key_values(std::shared_ptr<const Labels> labels);

/// The pairs (Name, Value) of a set as template.Pairs: alertname first, then by name.
List sorted_pairs(const Labels& labels);

/// A []string.
Value texts(std::vector<Value> items);

/// Of KV and Pairs.
std::vector<Method> key_value_methods();

}  // namespace tocsin::tmpl
