#include "web/query_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "query/syntax/print.h"

namespace tocsin::web {
namespace {

void write_pair(JsonWriter& json, Timestamp at, const std::string& value) {
  json.begin_array().value(to_unix_seconds(at)).value(value).end_array();
}

void write_data(JsonWriter& json, const query::Number& number) {
  json.field("resultType", "scalar").key("result");
  write_pair(json, number.at, value_text(number.value));
}

void write_data(JsonWriter& json, const query::Text& text) {
  json.field("resultType", "string").key("result");
  write_pair(json, text.at, text.value);
}

void write_data(JsonWriter& json, const query::Samples& samples) {
  json.field("resultType", "vector").key("result").begin_array();
  for (const query::Sample& sample : samples) {
    json.begin_object().field("metric", sample.labels).key("value");
    write_pair(json, sample.at, value_text(sample.value));
    json.end_object();
  }
  json.end_array();
}

void write_data(JsonWriter& json, const query::Matrix& matrix) {
  json.field("resultType", "matrix").key("result").begin_array();
  for (const query::Series& series : matrix) {
    json.begin_object().field("metric", series.labels).key("values").begin_array();
    for (const query::Point& point : series.points) {
      write_pair(json, point.at, value_text(point.value));
    }
    json.end_array().end_object();
  }
  json.end_array();
}

}  // namespace

std::string value_text(double value) {
  const double size = std::abs(value);
  if (!(size > 0) || (size >= 1e-6 && size < 1e21) || !std::isfinite(value)) {
    return query::format_number(value);
  }
  std::array<char, 40> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  return {text.data(), end.ptr};
}

void write_result(JsonWriter& json, const query::Evaluated& evaluated) {
  std::visit([&json](const auto& data) { write_data(json, data); }, evaluated.value);
}

void write_notes(JsonWriter& json, std::string_view name, const std::vector<std::string>& notes) {
  if (notes.empty()) return;
  json.key(name).begin_array();
  for (const std::string& note : notes) json.value(note);
  json.end_array();
}

}  // namespace tocsin::web
