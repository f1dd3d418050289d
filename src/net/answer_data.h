// The "data" of an API's answer. Within net only.
#pragma once

#include <simdjson.h>
#include <string>
#include <string_view>

#include "query/engine/engine.h"
#include "query/source.h"

namespace tocsin::net {

namespace ondemand = simdjson::ondemand;

/// Throws Error: the answer is JSON, but not what the API documents.
[[noreturn]] void refuse(std::string_view what);

/// Error texts of the other side, fit for a log line.
std::string shorten(std::string_view text, std::size_t most = 500);

/// A rule can do with vectors and scalars only.
enum class Wanted { ForARule, Anything };

/// [ seconds, "text" ], read element by element. The text is as the JSON parser holds it.
struct AnswerPoint {
  int elements = 0;
  double seconds = 0;
  std::string_view text;

  void add(ondemand::value element);
  Timestamp at() const;
  double value() const;
  void check() const;
};

/// The members of "data", in whichever order they come. Functions throw Error and simdjson_error.
struct AnswerData {
  Wanted wanted = Wanted::Anything;
  std::string type;
  query::Samples vector;
  query::Matrix matrix;
  AnswerPoint point;  ///< of a scalar or a string
  bool has_result = false;

  void read(ondemand::object data);
  /// Once all is read: whether type and result fit each other. Needs the JSON parser still.
  void finish();
  /// The vector, or a scalar as one sample without labels.
  query::Samples take_samples();
  decltype(query::Evaluated::value) take_value();

 private:
  void check_type() const;
  void read_result(ondemand::array result);
  void read_series(ondemand::object series);

  query::Number number_;
  query::Text text_;
};

}  // namespace tocsin::net
