#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "template/comparison.h"
#include "template/escape.h"
#include "template/functions.h"
#include "template/limits.h"
#include "template/print_value.h"
#include "template/time_methods.h"

namespace tocsin::tmpl {
namespace {

using Arguments = std::span<const Value>;

std::int64_t index_within(const Value& index, std::size_t size) {
  const auto* at = index.get_if<std::int64_t>();
  if (index.is_nil()) throw Error("cannot index slice/array with nil");
  if (at == nullptr) {
    throw Error(fmt::format("cannot index slice/array with type {}", index.type()));
  }
  if (*at < 0 || static_cast<std::uint64_t>(*at) > size) {
    throw Error(fmt::format("index out of range: {}", *at));
  }
  return *at;
}

/// An index that has to be less than the size, too.
std::size_t element_index(const Value& index, std::size_t size) {
  const std::int64_t at = index_within(index, size);
  if (static_cast<std::size_t>(at) == size) throw Error(fmt::format("index out of range: {}", at));
  return static_cast<std::size_t>(at);
}

std::string_view key_of(const Value& key) {
  if (key.is_nil()) throw Error("value is nil; should be of type string");
  if (const auto* text = key.text()) return *text;
  throw Error(fmt::format("value has type {}; should be string", key.type()));
}

Value element(const Value& item, const Value& index) {
  if (item.is_nil()) throw Error("index of nil pointer");
  if (const List* list = item.list()) return list->items[element_index(index, list->items.size())];
  if (const auto* text = item.text()) {
    return static_cast<std::int64_t>(
        static_cast<unsigned char>((*text)[element_index(index, text->size())]));
  }
  if (const auto* labels = item.get_if<LabelMap>()) {
    return std::string(labels->labels->get(key_of(index)));
  }
  if (const Map* map = item.map()) {
    const Value* found = map->find(key_of(index));
    return found == nullptr ? Value() : *found;
  }
  throw Error(fmt::format("can't index item of type {}", item.type()));
}

Value index(Arguments arguments, const Environment&) {
  if (arguments.front().is_nil()) throw Error("index of untyped nil");
  Value item = arguments.front();
  for (const Value& at : arguments.subspan(1)) item = element(item, at);
  return item;
}

Value slice(Arguments arguments, const Environment&) {
  const Value& item = arguments.front();
  if (item.is_nil()) throw Error("slice of untyped nil");
  const Arguments bounds = arguments.subspan(1);
  if (bounds.size() > 3) throw Error(fmt::format("too many slice indexes: {}", bounds.size()));
  const List* list = item.list();
  const auto* text = item.text();
  if (list == nullptr && text == nullptr) {
    throw Error(fmt::format("can't slice item of type {}", item.type()));
  }
  if (text != nullptr && bounds.size() == 3) throw Error("cannot 3-index slice a string");
  const std::size_t size = list != nullptr ? list->items.size() : text->size();
  std::int64_t range[3] = {0, static_cast<std::int64_t>(size), static_cast<std::int64_t>(size)};
  for (std::size_t i = 0; i < bounds.size(); ++i) range[i] = index_within(bounds[i], size);
  for (const int i : {0, 1}) {
    if (range[i] > range[i + 1]) {
      throw Error(fmt::format("invalid slice index: {} > {}", range[i], range[i + 1]));
    }
  }
  const auto from = static_cast<std::size_t>(range[0]);
  const auto count = static_cast<std::size_t>(range[1]) - from;
  if (text != nullptr) return std::string(text->substr(from, count));
  List part{{list->items.begin() + range[0], list->items.begin() + range[1]}, list->type};
  return part;
}

Value length(Arguments arguments, const Environment&) {
  const Value& item = arguments.front();
  const auto size = [](std::size_t count) { return Value(static_cast<std::int64_t>(count)); };
  if (item.is_nil()) throw Error("len of nil pointer");
  if (const auto* text = item.text()) return size(text->size());
  if (const List* list = item.list()) return size(list->items.size());
  if (const Map* map = item.map()) return size(map->entries.size());
  if (const auto* labels = item.get_if<LabelMap>()) return size(labels->labels->size());
  throw Error(fmt::format("len of type {}", item.type()));
}

Value call(Arguments arguments, const Environment&) {
  if (arguments.front().is_nil()) throw Error("call of nil");
  throw Error(fmt::format("non-function of type {}", arguments.front().type()));
}

Value printf_of(Arguments arguments, const Environment&) {
  return sprintf(*arguments.front().text(), arguments.subspan(1));
}

/// The escapers take any values and escape what print would make of them.
template <std::string (*Escape)(std::string_view)>
Value escaped(Arguments arguments, const Environment&) {
  std::string out = Escape(sprint(arguments));
  if (out.size() > kMaxText)
    throw Error(fmt::format("the text would be longer than {} bytes", kMaxText));
  return out;
}

std::vector<Function> functions() {
  const auto any = kAny;
  return {
      {.name = "and", .params = {any}, .variadic = true, .body = {}, .evaluation = Evaluation::And},
      {.name = "or", .params = {any}, .variadic = true, .body = {}, .evaluation = Evaluation::Or},
      {.name = "not",
       .params = {any},
       .body = [](Arguments a, auto&) { return Value(!a[0].truth()); }},
      {.name = "eq",
       .params = {any, any},
       .variadic = true,
       .body = [](Arguments a, auto&) { return Value(equals_any(a)); }},
      {.name = "ne",
       .params = {any, any},
       .body = [](Arguments a, auto&) { return Value(!equals(a[0], a[1])); }},
      {.name = "lt",
       .params = {any, any},
       .body = [](Arguments a, auto&) { return Value(less(a[0], a[1])); }},
      {.name = "le",
       .params = {any, any},
       .body = [](Arguments a, auto&) { return Value(less(a[0], a[1]) || equals(a[0], a[1])); }},
      {.name = "gt",
       .params = {any, any},
       .body = [](Arguments a, auto&) { return Value(!less(a[0], a[1]) && !equals(a[0], a[1])); }},
      {.name = "ge",
       .params = {any, any},
       .body = [](Arguments a, auto&) { return Value(!less(a[0], a[1])); }},
      {.name = "len", .params = {any}, .body = length},
      {.name = "index", .params = {any, any}, .variadic = true, .body = index},
      {.name = "slice", .params = {any, any}, .variadic = true, .body = slice},
      {.name = "call", .params = {any, any}, .variadic = true, .body = call},
      {.name = "print",
       .params = {any},
       .variadic = true,
       .body = [](Arguments a, auto&) { return Value(sprint(a)); }},
      {.name = "println",
       .params = {any},
       .variadic = true,
       .body = [](Arguments a, auto&) { return Value(sprintln(a)); }},
      {.name = "printf", .params = {"string", any}, .variadic = true, .body = printf_of},
      {.name = "html", .params = {any}, .variadic = true, .body = escaped<escape_html>},
      {.name = "js", .params = {any}, .variadic = true, .body = escaped<escape_script>},
      {.name = "urlquery", .params = {any}, .variadic = true, .body = escaped<escape_query>},
  };
}

}  // namespace

const Functions& builtins() {
  static const Functions kTable(functions(), time_methods());
  return kTable;
}

}  // namespace tocsin::tmpl
