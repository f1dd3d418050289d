// Prometheus' JSON answers, read in one pass without a tree: they may hold 100,000 series. Nothing
// counts before the whole document was seen to be complete.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <simdjson.h>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "net/remote_source.h"

namespace tocsin::net {
namespace {

namespace ondemand = simdjson::ondemand;

/// The answer is JSON, but not what the API documents.
[[noreturn]] void refuse(std::string_view what) {
  throw Error(fmt::format("its answer is not what a Prometheus API gives: {}", what));
}

/// Error texts of the other side, fit for a log line.
std::string shorten(std::string_view text, std::size_t most = 500) {
  std::string out = truncate_runes(text, most);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

/// What Go's ParseFloat takes of what Prometheus and its like write: "1", "+Inf", "NaN", "1e-400".
double parse_value(std::string_view text) {
  std::string_view number = text;
  // from_chars knows no plus sign, but "nan(…)", and leaves the value alone when it is out of
  // range.
  if (number.starts_with('+') && !number.starts_with("+-")) number.remove_prefix(1);
  double value = 0;
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, value);
  const bool whole = !number.empty() && stop == end && !number.ends_with(')');
  if (whole && error == std::errc::result_out_of_range) {
    value = std::strtod(std::string(number).c_str(), nullptr);
    if (std::isfinite(value)) return value;  // too small to be anything but (nearly) zero
  } else if (whole && error == std::errc()) {
    return value;
  }
  refuse(fmt::format("\"{}\" is not a value", shorten(text, 40)));
}

Timestamp parse_time(double seconds) {
  constexpr double kFarthest = 9e15;  // in milliseconds just inside 64 bits
  if (!(std::abs(seconds) < kFarthest)) refuse("a time is out of range");
  return from_unix_seconds(seconds);
}

/// `expected` is how many there probably are (series of one answer mostly have the same labels).
Labels read_labels(ondemand::object metric, std::size_t expected) {
  std::vector<Label> labels;
  labels.reserve(expected);
  bool has_empty = false;
  for (auto field : metric) {
    Label& label = labels.emplace_back();
    label.name = std::string_view(field.unescaped_key());
    label.value = std::string_view(field.value().get_string());
    has_empty = has_empty || label.value.empty();
  }
  Labels out(std::move(labels));
  if (has_empty) out.drop_empty();
  return out;
}

/// [ seconds, "value" ], read element by element.
struct Point {
  int elements = 0;
  double seconds = 0;
  std::string text;

  void add(ondemand::value element) {
    if (elements == 0) seconds = element.get_double();
    if (elements == 1) text = std::string_view(element.get_string());
    if (++elements > 2) refuse("a sample has more than time and value");
  }
  void put_into(query::Sample& sample) const {
    if (elements != 2) refuse("a sample is not a pair of time and value");
    sample.at = parse_time(seconds);
    sample.value = parse_value(text);
  }
};

query::Sample read_series(ondemand::object series, std::size_t expected_labels) {
  query::Sample sample;
  bool has_value = false;
  for (auto field : series) {
    const std::string_view name = field.unescaped_key();
    if (name == "metric") {
      sample.labels = read_labels(field.value().get_object(), expected_labels);
    } else if (name == "value") {
      Point point;
      for (auto element : field.value().get_array()) point.add(element.value());
      point.put_into(sample);
      has_value = true;
    } else if (name == "histogram") {
      throw Error(
          "its answer holds native histograms, which Tocsin does not evaluate; use "
          "histogram_quantile(), histogram_count() or the like in the expression");
    }
  }
  if (!has_value) refuse("a series has no value");
  return sample;
}

/// The members of "data", in whichever order they come.
struct Data {
  std::string type;
  query::Samples series;
  Point point;
  bool has_result = false;

  void check_type() const {
    if (type == "vector" || type == "scalar") return;
    throw Error(
        fmt::format("the expression gives a {}, but a rule needs an instant vector or a scalar",
                    type == "matrix" ? "range vector" : shorten(type, 40)));
  }

  void read_result(ondemand::array result) {
    for (auto element : result) {
      ondemand::value value = element.value();
      if (value.type() == ondemand::json_type::object) {
        const std::size_t expected = series.empty() ? 8 : series.back().labels.size();
        series.push_back(read_series(value.get_object(), expected));
      } else {
        point.add(value);
      }
    }
    has_result = true;
  }

  query::Samples take() {
    check_type();
    const bool scalar = type == "scalar";
    if (!has_result) refuse("it holds no result");
    if (scalar != (point.elements > 0) || (scalar && !series.empty())) {
      refuse(fmt::format("its result is not a {}", type));
    }
    if (scalar) point.put_into(series.emplace_back());
    return std::move(series);
  }
};

void read_data(ondemand::object object, Data& data) {
  for (auto member : object) {
    const std::string_view name = member.unescaped_key();
    if (name == "resultType") {
      data.type = std::string_view(member.value().get_string());
      data.check_type();
    } else if (name == "result") {
      if (data.has_result) refuse("it holds two results");
      data.read_result(member.value().get_array());
    }
  }
}

struct Envelope {
  std::string status;
  std::string error_type;
  std::string error;
  bool has_data = false;
  Data data;
};

Envelope read_envelope(ondemand::document& document) {
  Envelope envelope;
  for (auto field : document.get_object()) {
    const std::string_view name = field.unescaped_key();
    if (name == "status") {
      envelope.status = std::string_view(field.value().get_string());
    } else if (name == "errorType") {
      envelope.error_type = std::string_view(field.value().get_string());
    } else if (name == "error") {
      envelope.error = std::string_view(field.value().get_string());
    } else if (name == "data") {
      ondemand::value data = field.value();
      if (data.is_null()) continue;
      if (envelope.has_data) refuse("it holds data twice");
      envelope.has_data = true;
      read_data(data.get_object(), envelope.data);
    }
  }
  // Beyond the closing brace there is no location any more.
  if (document.current_location().error() == simdjson::SUCCESS)
    refuse("something follows the JSON");
  return envelope;
}

std::string_view meaning_of(int status) {
  if (status == 401 || status == 403) return " (are its credentials right?)";
  if (status == 404) return " (is its URL that of a Prometheus API?)";
  if (status / 100 == 3) return " (a redirect that was not followed)";
  if (status == 502 || status == 503 || status == 504) return " (it or what it needs is down)";
  return "";
}

/// Why a body that is not the API's JSON cannot be used.
std::string describe(std::string_view body, int status) {
  if (status / 100 != 2) return fmt::format("it answered HTTP {}{}", status, meaning_of(status));
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return "its answer is empty";
  if (body[start] == '<') {
    return "its answer is a web page (is its URL that of a Prometheus API?)";
  }
  if (body[start] != '{') return "its answer is not JSON";
  return is_utf8(body) ? "its answer is damaged or cut off JSON" : "its answer is not UTF-8";
}

query::Samples read(std::string& body, std::size_t size, int status) {
  ondemand::parser parser;
  ondemand::document document = parser.iterate(body.data(), size, body.size());
  Envelope envelope = read_envelope(document);
  if (envelope.status == "error") {
    throw Error(fmt::format("{}: {}", shorten(envelope.error_type), shorten(envelope.error)));
  }
  if (envelope.status != "success") refuse("its status is neither success nor error");
  if (status / 100 != 2) throw Error(describe({}, status));
  return envelope.data.take();
}

}  // namespace

query::Answer parse_answer(std::string_view source, std::string body, int status) {
  const std::size_t size = body.size();
  body.append(simdjson::SIMDJSON_PADDING, '\0');
  std::string why;
  try {
    return read(body, size, status);
  } catch (const simdjson::simdjson_error&) {
    why = describe(std::string_view(body).substr(0, size), status);
  } catch (const Error& error) {
    why = error.what();
  }
  return query::Failure{fmt::format("source \"{}\": {}", source, why)};
}

}  // namespace tocsin::net
