#include "notifiers/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

namespace tocsin::notifiers {
namespace {

/// As Go's encoder: no exponent between 1e-6 and 1e21.
std::string number_text(double number) {
  const double size = std::abs(number);
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), end.ptr);
  if (const std::size_t zero = text.find("e-0"); zero != std::string::npos) text.erase(zero + 2, 1);
  return text;
}

void append_value(std::string& out, const nlohmann::ordered_json& value) {
  if (value.is_string()) {
    append_go_json(out, value.get_ref<const std::string&>());
  } else if (value.is_number_float()) {
    out += number_text(value.get<double>());
  } else if (value.is_object() || value.is_array()) {
    out += value.is_object() ? '{' : '[';
    bool first = true;
    for (const auto& item : value.items()) {
      if (!first) out += ',';
      first = false;
      if (value.is_object()) {
        append_go_json(out, item.key());
        out += ':';
      }
      append_value(out, item.value());
    }
    out += value.is_object() ? '}' : ']';
  } else {
    out += value.dump();
  }
}

}  // namespace

std::string& GoObject::member(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_go_json(out_, name);
  return out_ += ':';
}

void GoObject::text(std::string_view name, std::string_view text) {
  append_go_json(member(name), text);
}

void GoObject::labels(std::string_view name, const Labels& labels) {
  GoObject object(member(name));
  for (const LabelView& label : labels) object.text(label.name, label.value);
  object.end();
}

std::string go_json_of(const nlohmann::ordered_json& value) {
  std::string out;
  append_value(out, value);
  return out;
}

std::string rfc3339_nano(Timestamp at) {
  std::string text = format_rfc3339(at);
  text.pop_back();                             // the Z
  while (text.back() == '0') text.pop_back();  // of the fraction, which is always there …
  if (text.back() == '.') text.pop_back();     // … so that this ends it
  return text + 'Z';
}

}  // namespace tocsin::notifiers
