// A webhook's `payload`: a YAML tree whose texts are templates, sent as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "notifiers/rendering.h"

namespace tocsin::notifiers {

struct Payload {
  enum class Kind { Null, Text, List, Mapping };
  Kind kind = Kind::Null;
  std::string text;               ///< a template, whatever its YAML type is
  std::vector<std::string> keys;  ///< of a mapping, one for each item; templates too
  std::vector<Payload> items;     ///< of a list or mapping

  bool operator==(const Payload& other) const;
};

/// The JSON in Go's encoding. A text that reads as something else in YAML after it was expanded (a
/// number, true, a list, a mapping) becomes that; all others stay as they are, to the byte. What
/// was expanded is not expanded again. Members of mappings are in order of their names. Throws
/// Error when a template fails.
std::string payload_json(const Payload& payload, Fields& fields);

/// What YAML 1.1 makes of a text, as Go's yaml.v2 reads it: a text that is none, or that uses
/// anchors, tags or more than kMaxPayloadDepth levels, is that text.
nlohmann::ordered_json yaml_value(std::string_view text);

inline constexpr std::size_t kMaxPayloadDepth = 100;

}  // namespace tocsin::notifiers
