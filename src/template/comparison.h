// eq, ne, lt, le, gt, ge of templates. Source: Go text/template funcs.go.
#pragma once

#include <span>

#include "template/value.h"

namespace tocsin::tmpl {

/// Whether the first value equals any of the others. Throws Error for types that differ.
bool equals_any(std::span<const Value> values);
/// Throws Error for types that differ or have no order.
bool less(const Value& a, const Value& b);
bool equals(const Value& a, const Value& b);

}  // namespace tocsin::tmpl
