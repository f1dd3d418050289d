#include "template/value.h"

#include <algorithm>

#include "model/error.h"
#include "model/overloaded.h"

namespace tocsin::tmpl {
namespace {

int checked_depth(int depth_inside) {
  if (depth_inside >= kMaxValueDepth) throw Error("values are nested too deeply");
  return depth_inside + 1;
}

void sort_entries(std::vector<Map::Entry>& entries) {
  const auto by_key = [](const Map::Entry& a, const Map::Entry& b) { return a.first < b.first; };
  std::stable_sort(entries.begin(), entries.end(), by_key);
  const auto same_key = [](const Map::Entry& a, const Map::Entry& b) { return a.first == b.first; };
  // unique() keeps the first of equal ones; from behind, that is the last one given.
  const auto kept = std::unique(entries.rbegin(), entries.rend(), same_key);
  entries.erase(entries.begin(), kept.base());
}

}  // namespace

Value::Value(std::string value) {
  auto owner = std::make_shared<const std::string>(std::move(value));
  const std::string_view view = *owner;
  storage_ = Text{view, std::move(owner)};
}

Value::Value(ZonedTime value) {
  const bool is_utc = value.zone == nullptr && value.offset.count() == 0;
  storage_ = is_utc ? Storage(value.at) : Storage(value);
}

Value::Value(List value) {
  int inside = 0;
  for (const Value& item : value.items) inside = std::max(inside, item.depth());
  value.depth = checked_depth(inside);
  storage_ = std::make_shared<const List>(std::move(value));
}

Value::Value(Map value) {
  int inside = 0;
  for (const auto& [key, item] : value.entries) inside = std::max(inside, item.depth());
  value.depth = checked_depth(inside);
  sort_entries(value.entries);
  storage_ = std::make_shared<const Map>(std::move(value));
}

Value::Value(Object value) {
  int inside = 0;
  for (const Object::Field& field : value.fields) inside = std::max(inside, field.value.depth());
  value.depth = checked_depth(inside);
  storage_ = std::make_shared<const Object>(std::move(value));
}

const std::string_view* Value::text() const {
  const Text* text = get_if<Text>();
  return text == nullptr ? nullptr : &text->view;
}

std::optional<ZonedTime> Value::time() const {
  if (const auto* at = get_if<Timestamp>()) return ZonedTime{*at};
  const auto* zoned = get_if<ZonedTime>();
  return zoned == nullptr ? std::nullopt : std::optional(*zoned);
}

const List* Value::list() const {
  const auto* list = get_if<std::shared_ptr<const List>>();
  return list == nullptr ? nullptr : list->get();
}

const Map* Value::map() const {
  const auto* map = get_if<std::shared_ptr<const Map>>();
  return map == nullptr ? nullptr : map->get();
}

const Object* Value::object() const {
  const auto* object = get_if<std::shared_ptr<const Object>>();
  return object == nullptr ? nullptr : object->get();
}

std::string_view Value::type() const {
  return std::visit(
      Overloaded{
          [](std::monostate) -> std::string_view { return "<nil>"; },
          [](bool) -> std::string_view { return "bool"; },
          [](std::int64_t) -> std::string_view { return "int"; },
          [](double) -> std::string_view { return "float64"; },
          [](const Text& text) -> std::string_view { return text.type; },
          [](Timestamp) -> std::string_view { return "time.Time"; },
          [](const ZonedTime&) -> std::string_view { return "time.Time"; },
          [](std::chrono::nanoseconds) -> std::string_view { return "time.Duration"; },
          [](const LabelMap& labels) -> std::string_view { return labels.type; },
          [](const auto& shared) -> std::string_view { return shared->type; },
      },
      storage_);
}

bool Value::truth() const {
  return std::visit(
      Overloaded{
          [](std::monostate) { return false; },
          [](bool value) { return value; },
          [](std::int64_t value) { return value != 0; },
          [](double value) { return value != 0; },
          [](const Text& text) { return !text.view.empty(); },
          [](Timestamp) { return true; },
          [](const ZonedTime&) { return true; },
          [](std::chrono::nanoseconds value) { return value.count() != 0; },
          [](const LabelMap& labels) { return !labels.labels->empty(); },
          [](const std::shared_ptr<const List>& list) { return !list->items.empty(); },
          [](const std::shared_ptr<const Map>& map) { return !map->entries.empty(); },
          [](const std::shared_ptr<const Object>&) { return true; },
      },
      storage_);
}

int Value::depth() const {
  return std::visit(Overloaded{
                        [](const std::shared_ptr<const List>& list) { return list->depth; },
                        [](const std::shared_ptr<const Map>& map) { return map->depth; },
                        [](const std::shared_ptr<const Object>& object) { return object->depth; },
                        [](const auto&) { return 0; },
                    },
                    storage_);
}

const Value* Map::find(std::string_view key) const {
  const auto before = [](const Entry& entry, std::string_view wanted) {
    return entry.first < wanted;
  };
  const auto at = std::lower_bound(entries.begin(), entries.end(), key, before);
  return at != entries.end() && at->first == key ? &at->second : nullptr;
}

const Value* Object::find(std::string_view name) const {
  for (const Field& field : fields) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

}  // namespace tocsin::tmpl
