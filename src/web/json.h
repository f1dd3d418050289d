// Writing JSON piece by piece: answers may hold 100,000 alerts, too many for a document in memory.
#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"

namespace tocsin::web {

/// Appends the text as a JSON string; malformed UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// Builds one document; commas and quoting are its business, balance is the caller's.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool yes);
  /// NaN and infinities, which JSON lacks, become 0.
  JsonWriter& value(double number);
  JsonWriter& value(const Labels& labels);
  template <class T>
  JsonWriter& field(std::string_view name, const T& what) {
    return key(name).value(what);
  }
  std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool comma_ = false;  ///< the next value needs one in front of it
};

}  // namespace tocsin::web
