#include "support/promql/answer_json.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "model/overloaded.h"

namespace tocsin::query {
namespace {

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Seconds, with three digits behind the point where there are milliseconds.
void append_time(std::string& out, Timestamp at) {
  const std::int64_t milliseconds = at.time_since_epoch().count();
  if (milliseconds < 0) {
    out += fmt::format("{:.3f}", static_cast<double>(milliseconds) / 1000);
    return;
  }
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, milliseconds / 1000).ptr);
  const auto fraction = static_cast<int>(milliseconds % 1000);
  if (fraction == 0) return;
  out += {'.', static_cast<char>('0' + fraction / 100), static_cast<char>('0' + fraction / 10 % 10),
          static_cast<char>('0' + fraction % 10)};
}

void append_value(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "\"+Inf\"" : "\"-Inf\"";
    return;
  }
  const double size = std::abs(value);
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  char text[64];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  out += '"';
  out.append(text, std::to_chars(text, text + sizeof text, value, format).ptr);
  out += '"';
}

void append_point(std::string& out, Timestamp at, double value) {
  out += '[';
  append_time(out, at);
  out += ',';
  append_value(out, value);
  out += ']';
}

void append_labels(std::string& out, const Labels& labels) {
  out += "{\"metric\":{";
  bool first = true;
  for (const Label& label : labels) {
    if (!first) out += ',';
    first = false;
    append_text(out, label.name);
    out += ':';
    append_text(out, label.value);
  }
  out += "},";
}

void append_result(std::string& out, const Samples& samples) {
  out += "\"vector\",\"result\":[";
  for (const Sample& sample : samples) {
    append_labels(out, sample.labels);
    out += "\"value\":";
    append_point(out, sample.at, sample.value);
    out += "},";
  }
  if (!samples.empty()) out.pop_back();
  out += ']';
}

void append_result(std::string& out, const Matrix& matrix) {
  out += "\"matrix\",\"result\":[";
  for (const Series& series : matrix) {
    append_labels(out, series.labels);
    out += "\"values\":[";
    for (const Point& point : series.points) {
      append_point(out, point.at, point.value);
      out += ',';
    }
    out.back() = ']';
    out += "},";
  }
  if (!matrix.empty()) out.pop_back();
  out += ']';
}

}  // namespace

void append_answer(std::string& out, const Evaluated& evaluated) {
  out += R"({"status":"success","data":{"resultType":)";
  std::visit(Overloaded{[&](const Number& number) {
                          out += "\"scalar\",\"result\":";
                          append_point(out, number.at, number.value);
                        },
                        [&](const Text& text) {
                          out += "\"string\",\"result\":[";
                          append_time(out, text.at);
                          out += ',';
                          append_text(out, text.value);
                          out += ']';
                        },
                        [&](const auto& series) { append_result(out, series); }},
             evaluated.value);
  out += "}}";
}

void append_failure(std::string& out, std::string_view type, std::string_view message) {
  out += R"({"status":"error","errorType":)";
  append_text(out, type);
  out += ",\"error\":";
  append_text(out, message);
  out += '}';
}

}  // namespace tocsin::query
