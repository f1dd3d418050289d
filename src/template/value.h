// What templates compute with: Go's values, as far as rule files and notifications meet them.
//
// A Value is cheap to copy: everything large is shared and frozen. It has no functions inside; what
// Go calls methods lives in Functions, found by the value's type name.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "model/time.h"

namespace date {
class time_zone;
}

namespace tocsin::tmpl {

class Value;

/// Text that is shared, not copied. `owner` keeps `view` alive; without one, whoever made it
/// promises that it outlives the execution.
struct Text {
  std::string_view view;
  std::shared_ptr<const void> owner;
  std::string_view type = "string";  ///< a literal; Go has types of text, such as template.HTML
};

/// An instant as a clock in some zone shows it.
struct ZonedTime {
  Timestamp at;
  const date::time_zone* zone = nullptr;  ///< null: what `offset` says
  std::chrono::seconds offset{0};         ///< east of Greenwich
  bool operator==(const ZonedTime&) const = default;
};

/// A label set as Go's map[string]string: a missing name is empty text.
struct LabelMap {
  std::shared_ptr<const Labels> labels;  ///< shared with the alert or sample it came from
  std::string_view type = "map[string]string";
};

struct List;
struct Map;
struct Object;

/// Values may contain values this deep; deeper ones are an Error when they are made.
inline constexpr int kMaxValueDepth = 50;

class Value {
 public:
  using Storage =
      std::variant<std::monostate, bool, std::int64_t, double, Text, Timestamp, ZonedTime,
                   std::chrono::nanoseconds, LabelMap, std::shared_ptr<const List>,
                   std::shared_ptr<const Map>, std::shared_ptr<const Object>>;

  Value() = default;  ///< nil
  Value(bool value) : storage_(value) {}
  Value(int value) : storage_(std::int64_t{value}) {}
  Value(std::int64_t value) : storage_(value) {}
  Value(double value) : storage_(value) {}
  Value(std::string value);
  Value(std::string_view value) : Value(std::string(value)) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(Text value) : storage_(std::move(value)) {}
  Value(Timestamp value) : storage_(value) {}
  /// One in UTC is the same as a Timestamp.
  Value(ZonedTime value);
  Value(std::chrono::nanoseconds value) : storage_(value) {}
  Value(LabelMap value) : storage_(std::move(value)) {}
  /// Throw Error when they would be nested deeper than kMaxValueDepth.
  Value(List value);
  Value(Map value);
  Value(Object value);

  /// Without a copy: the caller keeps `text` (`labels`) alive as long as the value is in use.
  static Value borrowed(std::string_view text) { return Text{text, nullptr}; }
  static Value borrowed(const Labels& labels) {
    return LabelMap{std::shared_ptr<const Labels>(std::shared_ptr<void>(), &labels)};
  }

  const Storage& storage() const { return storage_; }
  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&storage_);
  }
  bool is_nil() const { return std::holds_alternative<std::monostate>(storage_); }
  /// The text of a string value, else null.
  const std::string_view* text() const;
  /// The instant of a time in whatever zone, else nothing.
  std::optional<ZonedTime> time() const;
  const List* list() const;
  const Map* map() const;
  const Object* object() const;

  /// Go's name of the type, such as "float64" or "map[string]string"; "<nil>" for nil.
  std::string_view type() const;
  /// What `if` makes of it: false for false, 0, nil, empty text and empty collections.
  bool truth() const;
  /// How many levels of values are inside (0 for text and numbers).
  int depth() const;

 private:
  Storage storage_;
};

struct List {
  std::vector<Value> items;
  std::string_view type = "[]interface {}";  ///< a literal
  int depth = 1;                             ///< set when it becomes a Value
};

/// Go's map with text keys; a missing key is nil.
struct Map {
  using Entry = std::pair<std::string, Value>;
  std::vector<Entry> entries;  ///< sorted by key when it becomes a Value, the last of equals wins
  std::string_view type = "map[string]interface {}";
  int depth = 1;

  /// Null when there is none. REQUIRES: sorted, that is, taken from a Value.
  const Value* find(std::string_view key) const;
};

/// Go's struct: fields in the order in which they were declared.
struct Object {
  struct Field {
    std::string_view name;  ///< a literal
    Value value;
    std::string_view json = {};  ///< its name in JSON, where that is another one; a literal
  };
  std::vector<Field> fields;
  std::string_view type = "struct";
  int depth = 1;

  const Value* find(std::string_view name) const;
};

}  // namespace tocsin::tmpl
