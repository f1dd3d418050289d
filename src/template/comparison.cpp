#include "template/comparison.h"

#include "model/error.h"

namespace tocsin::tmpl {
namespace {

enum class Kind { None, Truth, Integer, Float, Text, Time };

Kind kind_of(const Value& value) {
  if (value.get_if<bool>()) return Kind::Truth;
  if (value.get_if<std::int64_t>() || value.get_if<std::chrono::nanoseconds>()) {
    return Kind::Integer;
  }
  if (value.get_if<double>()) return Kind::Float;
  if (value.text()) return Kind::Text;
  if (value.time()) return Kind::Time;
  return Kind::None;
}

std::int64_t integer_of(const Value& value) {
  if (const auto* integer = value.get_if<std::int64_t>()) return *integer;
  return value.get_if<std::chrono::nanoseconds>()->count();
}

}  // namespace

bool equals(const Value& a, const Value& b) {
  if (a.is_nil() || b.is_nil()) return a.is_nil() == b.is_nil();
  const Kind kind = kind_of(a);
  const Kind other = kind_of(b);
  if (kind == Kind::None || other == Kind::None) {
    throw Error("non-comparable type " + std::string(kind == Kind::None ? a.type() : b.type()));
  }
  if (kind != other) throw Error("incompatible types for comparison");
  switch (kind) {
    case Kind::Truth:
      return *a.get_if<bool>() == *b.get_if<bool>();
    case Kind::Integer:
      return integer_of(a) == integer_of(b);
    case Kind::Float:
      return *a.get_if<double>() == *b.get_if<double>();
    case Kind::Text:
      return *a.text() == *b.text();
    default:
      return *a.time() == *b.time();
  }
}

bool equals_any(std::span<const Value> values) {
  if (values.size() < 2) throw Error("missing argument for comparison");
  for (const Value& other : values.subspan(1)) {
    if (equals(values.front(), other)) return true;
  }
  return false;
}

bool less(const Value& a, const Value& b) {
  const Kind kind = kind_of(a);
  const Kind other = kind_of(b);
  for (const Kind each : {kind, other}) {
    if (each == Kind::None || each == Kind::Time) throw Error("invalid type for comparison");
  }
  if (kind != other) throw Error("incompatible types for comparison");
  switch (kind) {
    case Kind::Truth:
      throw Error("invalid type for comparison");
    case Kind::Integer:
      return integer_of(a) < integer_of(b);
    case Kind::Float:
      return *a.get_if<double>() < *b.get_if<double>();
    default:
      return *a.text() < *b.text();
  }
}

}  // namespace tocsin::tmpl
