#include "support/promql/answer_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "model/overloaded.h"

namespace tocsin::query {
namespace {

void append_text(std::string& out, std::string_view text) {
  out += '"';
  const auto is_plain = [](char c) {
    return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
  };
  const auto special = std::find_if_not(text.begin(), text.end(), is_plain);
  out.append(text.begin(), special);
  text.remove_prefix(static_cast<std::size_t>(special - text.begin()));
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

/// Takes at most 24 bytes. Seconds, with three digits behind the point where there are
/// milliseconds.
char* write_time(char* out, Timestamp at) {
  std::int64_t milliseconds = at.time_since_epoch().count();
  if (milliseconds < 0) {
    *out++ = '-';
    milliseconds = -milliseconds;
  }
  out = std::to_chars(out, out + 20, milliseconds / 1000).ptr;
  const auto fraction = static_cast<int>(milliseconds % 1000);
  if (fraction == 0) return out;
  *out++ = '.';
  for (const int digit : {fraction / 100, fraction / 10 % 10, fraction % 10}) {
    *out++ = static_cast<char>('0' + digit);
  }
  return out;
}

/// Takes at most 32 bytes. As JavaScript writes numbers.
char* write_value(char* out, double value) {
  if (std::isnan(value)) return std::copy_n("NaN", 3, out);
  if (std::isinf(value)) return std::copy_n(value > 0 ? "+Inf" : "-Inf", 4, out);
  const double size = std::abs(value);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (size < kExact && size != 0) {
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value) return std::to_chars(out, out + 32, whole).ptr;
  }
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  return std::to_chars(out, out + 32, value, format).ptr;
}

/// The beginnings of points: all series of an answer have the same times, so each is written once.
class PointBeginnings {
 public:
  void begin_series() { next_ = known_.begin(); }

  /// `[1700000000,"`. REQUIRES: times ascend within a series.
  const std::string& of(Timestamp at) {
    while (next_ != known_.end() && next_->at < at) ++next_;
    if (next_ == known_.end() || next_->at != at) {
      char time[24];
      std::string text = "[";
      text.append(time, write_time(time, at)).append(",\"");
      next_ = known_.insert(next_, {at, std::move(text)});
    }
    return next_->text;
  }

 private:
  struct Known {
    Timestamp at;
    std::string text;
  };
  std::vector<Known> known_;
  std::vector<Known>::iterator next_ = known_.begin();
};

void append_point(std::string& out, const std::string& beginning, double value) {
  char text[64];
  char* end = std::copy(beginning.begin(), beginning.end(), text);
  end = write_value(end, value);
  *end++ = '"';
  *end++ = ']';
  out.append(text, end);
}

void append_labels(std::string& out, const Labels& labels) {
  out += "{\"metric\":{";
  bool first = true;
  for (const LabelView& label : labels) {
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
  PointBeginnings beginnings;
  for (const Sample& sample : samples) {
    append_labels(out, sample.labels);
    out += "\"value\":";
    beginnings.begin_series();
    append_point(out, beginnings.of(sample.at), sample.value);
    out += "},";
  }
  if (!samples.empty()) out.pop_back();
  out += ']';
}

void append_result(std::string& out, const Matrix& matrix) {
  out += "\"matrix\",\"result\":[";
  PointBeginnings beginnings;
  for (const Series& series : matrix) {
    append_labels(out, series.labels);
    out += "\"values\":[";
    beginnings.begin_series();
    for (const Point& point : series.points) {
      append_point(out, beginnings.of(point.at), point.value);
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
                          append_point(out, PointBeginnings().of(number.at), number.value);
                        },
                        [&](const Text& text) {
                          out += "\"string\",\"result\":[";
                          char time[24];
                          out.append(time, write_time(time, text.at));
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
