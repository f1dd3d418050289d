// Reads what exporters serve: Prometheus' text format 0.0.4 and OpenMetrics 1.0.
//
// Source: prometheus.io/docs/instrumenting/exposition_formats, the OpenMetrics specification, and
// what Prometheus' own parsers (model/textparse) take beyond them.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/error.h"
#include "model/labels.h"
#include "model/time.h"

namespace tocsin::series {

enum class ExpositionFormat { Text, OpenMetrics };

/// OpenMetrics when its last line is "# EOF", which is how OpenMetrics has to end.
ExpositionFormat detect_format(std::string_view text);

enum class MetricType {
  Unknown,
  Counter,
  Gauge,
  Histogram,
  GaugeHistogram,
  Summary,
  Info,
  StateSet
};

struct SampleLine {
  /// Name and labels as they are written: who reads the same exporter often finds its series by it.
  std::string_view series;
  /// The metric's name is the label __name__, which comes first. Names are unique; they are in the
  /// order of the text, values may be empty.
  std::span<const LabelView> labels;
  double value = 0;
  std::optional<Timestamp> at;
};

struct HelpLine {
  std::string_view metric;
  std::string_view text;
};

struct TypeLine {
  std::string_view metric;
  MetricType type = MetricType::Unknown;
};

struct UnitLine {
  std::string_view metric;
  std::string_view unit;
};

struct EndOfExposition {};

using ExpositionLine = std::variant<EndOfExposition, SampleLine, HelpLine, TypeLine, UnitLine>;

/// The text breaks the format's rules. what() is "line:column: …".
class ExpositionError : public Error {
 public:
  ExpositionError(Position where, const std::string& message);
  const Position& where() const { return where_; }

 private:
  Position where_;
};

/// One line after the other, without copying what has no escapes in it. Memory is bounded by the
/// longest line. A quoted name may be any UTF-8; a series may give its name as a quoted string or
/// as the label __name__ inside the braces (`promtool tsdb dump` does). Exemplars are checked and
/// skipped.
class ExpositionReader {
 public:
  /// `text` outlives the reader.
  ExpositionReader(std::string_view text, ExpositionFormat format);

  /// What it points at is valid until the next call. After the end there are only more ends. Throws
  /// ExpositionError, after which the reader is of no more use.
  ExpositionLine next();
  /// How many bytes have been read.
  std::size_t position() const { return at_; }

 private:
  // exposition.cpp
  ExpositionLine open_metrics_comment();
  std::optional<ExpositionLine> text_comment();
  ExpositionLine help();
  ExpositionLine type();
  ExpositionLine unit();
  ExpositionLine end();
  ExpositionLine sample();
  std::string_view metric_of_comment();
  std::string_view rest_of_line();
  // exposition_labels.cpp
  void labels();
  void label();
  void name_in_braces(std::size_t begin, std::string_view name);
  void finish_labels(std::size_t begin);
  std::string_view string();
  std::string_view unescaped(std::string_view escaped, bool with_quotes);
  // exposition_values.cpp
  double number(std::string_view what);
  std::optional<Timestamp> timestamp();
  std::optional<Timestamp> text_timestamp();
  Timestamp seconds();
  void exemplar();
  std::string_view word();
  void blank();

  bool open() const { return format_ == ExpositionFormat::OpenMetrics; }
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool accept(char c);
  void skip_blanks();
  void end_of_line(std::string_view expected);
  [[noreturn]] void fail(std::size_t at, const std::string& message) const;
  /// Says what stands at the place instead.
  [[noreturn]] void expected(std::string_view what) const;

  std::string_view text_;
  ExpositionFormat format_;
  std::size_t at_ = 0;
  std::vector<LabelView> labels_;
  std::vector<LabelView> aside_;         // the sample's labels while an exemplar's are read
  std::vector<std::string_view> names_;  // sorted, to find what is there twice
  std::deque<std::string> unescaped_;    // the first `used_` of them belong to this line
  std::size_t used_ = 0;
};

}  // namespace tocsin::series
