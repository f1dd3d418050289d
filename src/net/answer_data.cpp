#include "net/answer_data.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"

namespace tocsin::net {
namespace {

/// `expected` is how many there probably are (series of one answer mostly have the same labels).
Labels read_labels(ondemand::object metric, std::size_t expected) {
  std::vector<LabelView> labels;  // into the parser's own memory
  labels.reserve(expected);
  bool has_empty = false;
  for (auto field : metric) {
    LabelView& label = labels.emplace_back();
    label.name = std::string_view(field.unescaped_key());
    label.value = std::string_view(field.value().get_string());
    has_empty = has_empty || label.value.empty();
  }
  Labels out = Labels::of(std::move(labels));
  if (has_empty) out.drop_empty();
  return out;
}

AnswerPoint read_point(ondemand::array pair) {
  AnswerPoint point;
  for (auto element : pair) point.add(element.value());
  point.check();
  return point;
}

std::vector<query::Point> read_points(ondemand::array values) {
  std::vector<query::Point> points;
  for (auto element : values) {
    const AnswerPoint point = read_point(element.get_array());
    points.push_back({point.at(), point.value()});
    if (points.size() > 1 && points[points.size() - 2].at >= points.back().at) {
      refuse("the times of a series do not ascend");
    }
  }
  return points;
}

}  // namespace

void refuse(std::string_view what) {
  throw Error(fmt::format("its answer is not what a Prometheus API gives: {}", what));
}

std::string shorten(std::string_view text, std::size_t most) {
  std::string out = truncate_runes(text, most);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

void AnswerPoint::add(ondemand::value element) {
  if (elements == 0) seconds = element.get_double();
  if (elements == 1) text = std::string_view(element.get_string());
  if (++elements > 2) refuse("a sample has more than time and value");
}

void AnswerPoint::check() const {
  if (elements != 2) refuse("a sample is not a pair of time and value");
}

Timestamp AnswerPoint::at() const {
  constexpr double kFarthest = 9e15;  // in milliseconds just inside 64 bits
  if (!(std::abs(seconds) < kFarthest)) refuse("a time is out of range");
  return from_unix_seconds(seconds);
}

double AnswerPoint::value() const {
  if (const std::optional<double> value = parse_sample_value(text)) return *value;
  refuse(fmt::format("\"{}\" is not a value", shorten(text, 40)));
}

void AnswerData::check_type() const {
  if (type == "vector" || type == "scalar") return;
  if (wanted == Wanted::ForARule) {
    throw Error(
        fmt::format("the expression gives a {}, but a rule needs an instant vector or a scalar",
                    type == "matrix" ? "range vector" : shorten(type, 40)));
  }
  if (type != "matrix" && type != "string") {
    refuse(fmt::format("its result is of type \"{}\"", shorten(type, 40)));
  }
}

void AnswerData::read(ondemand::object data) {
  for (auto member : data) {
    const std::string_view name = member.unescaped_key();
    if (name == "resultType") {
      type = std::string_view(member.value().get_string());
      check_type();
    } else if (name == "result") {
      if (has_result) refuse("it holds two results");
      read_result(member.value().get_array());
    }
  }
}

void AnswerData::read_result(ondemand::array result) {
  for (auto element : result) {
    ondemand::value value = element.value();
    if (value.type() == ondemand::json_type::object) {
      read_series(value.get_object());
    } else {
      point.add(value);
    }
  }
  has_result = true;
}

void AnswerData::read_series(ondemand::object series) {
  query::Sample sample;
  std::optional<std::vector<query::Point>> points;
  bool has_value = false;
  for (auto field : series) {
    const std::string_view name = field.unescaped_key();
    if (name == "metric") {
      const std::size_t expected = vector.empty() ? 8 : vector.back().labels.size();
      sample.labels = read_labels(field.value().get_object(), expected);
    } else if (name == "value") {
      const AnswerPoint value = read_point(field.value().get_array());
      sample.at = value.at();
      sample.value = value.value();
      has_value = true;
    } else if (name == "values") {
      points = read_points(field.value().get_array());
    } else if (name == "histogram" || name == "histograms") {
      throw Error(
          "its answer holds native histograms, which Tocsin does not evaluate; use "
          "histogram_quantile(), histogram_count() or the like in the expression");
    }
  }
  if (has_value == points.has_value()) refuse("a series has no value");
  if (has_value) {
    vector.push_back(std::move(sample));
  } else {
    matrix.push_back({std::move(sample.labels), std::move(*points)});
  }
}

void AnswerData::finish() {
  check_type();
  if (!has_result) refuse("it holds no result");
  const bool single = type == "scalar" || type == "string";
  if (single != (point.elements > 0) || (!vector.empty() && type != "vector") ||
      (!matrix.empty() && type != "matrix")) {
    refuse(fmt::format("its result is not a {}", type));
  }
  if (!single) return;
  point.check();
  if (type == "scalar") number_ = {point.at(), point.value()};
  if (type == "string") text_ = {point.at(), std::string(point.text)};
}

query::Samples AnswerData::take_samples() {
  if (type == "scalar") vector.push_back({{}, number_.at, number_.value});
  return std::move(vector);
}

decltype(query::Evaluated::value) AnswerData::take_value() {
  if (type == "scalar") return number_;
  if (type == "string") return std::move(text_);
  if (type == "matrix") return std::move(matrix);
  return std::move(vector);
}

}  // namespace tocsin::net
