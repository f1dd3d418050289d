#include "template/json.h"

#include <cmath>

#include <fmt/format.h>

#include "model/error.h"
#include "model/go_json.h"
#include "template/limits.h"
#include "template/print_value.h"
#include "template/time_layout.h"

namespace tocsin::tmpl {
namespace {

void append(std::string& out, const Value& value);

std::string number_text(double number) {
  if (!std::isfinite(number)) {
    throw Error(fmt::format("json: unsupported value: {}", format_float(number, 'g', -1)));
  }
  const double size = std::abs(number);
  if (size == 0 || (size >= 1e-6 && size < 1e21)) return format_float(number, 'f', -1);
  std::string text = format_float(number, 'e', -1);
  // e-09 is written e-9.
  const std::size_t at = text.size() < 4 ? 0 : text.size() - 4;
  if (text.compare(at, 3, "e-0") == 0) text.erase(at + 2, 1);
  return text;
}

/// Writes what stands between brackets, with commas.
class Sequence {
 public:
  Sequence(std::string& out, char open, char close) : out_(out), close_(close) { out_ += open; }
  void next() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void key(std::string_view name) {
    next();
    append_go_json(out_, name);
    out_ += ':';
  }
  void end() { out_ += close_; }

 private:
  std::string& out_;
  char close_;
  bool first_ = true;
};

struct Writer {
  std::string& out;

  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(double number) const { out += number_text(number); }
  void operator()(const Text& text) const { append_go_json(out, text.view); }
  void operator()(Timestamp at) const { (*this)(ZonedTime{at}); }
  void operator()(const ZonedTime& time) const {
    append_go_json(out, format_layout(time, "2006-01-02T15:04:05.999999999Z07:00"));
  }
  void operator()(std::chrono::nanoseconds span) const { out += std::to_string(span.count()); }
  void operator()(const LabelMap& map) const {
    Sequence members(out, '{', '}');
    for (const LabelView& label : *map.labels) {
      members.key(label.name);
      append_go_json(out, label.value);
    }
    members.end();
  }
  void operator()(const std::shared_ptr<const List>& list) const {
    Sequence items(out, '[', ']');
    for (const Value& item : list->items) {
      items.next();
      append(out, item);
    }
    items.end();
  }
  void operator()(const std::shared_ptr<const Map>& map) const {
    Sequence members(out, '{', '}');
    for (const auto& [key, value] : map->entries) {
      members.key(key);
      append(out, value);
    }
    members.end();
  }
  void operator()(const std::shared_ptr<const Object>& object) const {
    Sequence members(out, '{', '}');
    for (const Object::Field& field : object->fields) {
      members.key(field.json.empty() ? field.name : field.json);
      append(out, field.value);
    }
    members.end();
  }
};

void append(std::string& out, const Value& value) {
  std::visit(Writer{out}, value.storage());
  check_text_length(out.size());
}

}  // namespace

std::string to_json(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace tocsin::tmpl
