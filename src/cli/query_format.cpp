#include "cli/query_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/query_rows.h"
#include "cli/query_text.h"
#include "model/overloaded.h"
#include "model/rune.h"
#include "web/query_json.h"

namespace tocsin::cli {
namespace {

void append_unit(std::string& out, std::uint32_t unit) { out += fmt::format("\\u{:04x}", unit); }

/// JSON that means the same, without invisible characters (which occur within its strings only).
std::string visible(const std::string& json) {
  std::string out;
  std::string_view rest = json;
  while (!rest.empty()) {
    const Rune rune = decode_rune(rest);
    const auto code = static_cast<std::uint32_t>(rune.code);
    if (is_printable(rune.code)) {
      out += rest.substr(0, rune.length);
    } else if (code < 0x10000) {
      append_unit(out, code);
    } else {
      append_unit(out, 0xD800 + ((code - 0x10000) >> 10));
      append_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    }
    rest.remove_prefix(rune.length);
  }
  return out;
}

std::string csv_field(std::string_view text, bool terminal) {
  std::string out = terminal ? for_terminal(text) : std::string(text);
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// Collects lines of time, value and labels.
struct Csv {
  bool terminal = false;
  std::vector<std::string> names;
  std::string out;

  void begin() {
    out = "time,value";
    for (const std::string& name : names) out += "," + csv_field(name, terminal);
    out += "\r\n";
  }
  std::string cells(const Labels& labels) const {
    std::string text;
    for (const std::string& name : names) text += "," + csv_field(labels.get(name), terminal);
    return text + "\r\n";
  }
  void add(Timestamp at, std::string_view value, const std::string& rest) {
    out += fmt::format("{},{}{}", format_rfc3339(at), csv_field(value, terminal), rest);
  }
};

void fill(Csv& csv, const query::Number& number) {
  csv.begin();
  csv.add(number.at, value_text(number.value), "\r\n");
}

void fill(Csv& csv, const query::Text& text) {
  csv.begin();
  csv.add(text.at, text.value, "\r\n");
}

/// All labels: what is common is worth a column for those who read the file by program.
template <class Some>
void begin_with_labels(Csv& csv, const std::vector<Some>& series) {
  const LabelColumns columns = label_columns(series);
  for (const LabelView& label : columns.common) csv.names.emplace_back(label.name);
  csv.names.insert(csv.names.end(), columns.names.begin(), columns.names.end());
  std::sort(csv.names.begin(), csv.names.end());
  csv.begin();
}

void fill(Csv& csv, const query::Samples& samples) {
  begin_with_labels(csv, samples);
  for (const query::Sample& sample : samples) {
    csv.add(sample.at, value_text(sample.value), csv.cells(sample.labels));
  }
}

void fill(Csv& csv, const query::Matrix& matrix) {
  begin_with_labels(csv, matrix);
  for (const query::Series& series : matrix) {
    const std::string cells = csv.cells(series.labels);
    for (const query::Point& point : series.points) {
      csv.add(point.at, value_text(point.value), cells);
    }
  }
}

}  // namespace

std::string json_text(const query::Evaluated& result) {
  web::JsonWriter json;
  json.begin_object().field("status", "success").key("data").begin_object();
  web::write_result(json, result);
  json.end_object();
  web::write_notes(json, "warnings", result.warnings);
  web::write_notes(json, "infos", result.infos);
  json.end_object();
  return visible(json.take()) + "\n";
}

std::string csv_text(const query::Evaluated& result, bool terminal) {
  Csv csv{terminal, {}, ""};
  std::visit([&](const auto& value) { fill(csv, value); }, result.value);
  return csv.out;
}

}  // namespace tocsin::cli
