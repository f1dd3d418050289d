// JSON as Go's encoder writes it, for payloads that are to be equal to Alertmanager's byte by byte.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "model/go_json.h"
#include "model/labels.h"
#include "model/time.h"

namespace tocsin::notifiers {

/// Appends a JSON object to a text, member by member.
class GoObject {
 public:
  explicit GoObject(std::string& out) : out_(out) { out_ += '{'; }

  /// Where the value of the next member is to be appended.
  std::string& member(std::string_view name);
  void text(std::string_view name, std::string_view text);
  /// {"a":"b",…} in order of names.
  void labels(std::string_view name, const Labels& labels);
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

/// Any value, its members in their order. Bytes that are no UTF-8 become \ufffd.
std::string go_json_of(const nlohmann::ordered_json& value);

/// RFC 3339 with as many digits of the fraction as there are: "2026-01-02T03:04:05.5Z".
std::string rfc3339_nano(Timestamp at);

}  // namespace tocsin::notifiers
