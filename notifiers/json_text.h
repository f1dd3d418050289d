// JSON as Go's encoder writes it, for payloads that are to be equal to Alertmanager's byte by byte.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "model/go_json.h"
#include "model/labels.h"
#include "model/time.h"

namespace tocsin::notifiers {

/// A JSON string (see append_go_json).
std::string go_json(std::string_view text);

/// {"a":"b",…} in order of names.
std::string go_json(const Labels& labels);

/// Any value, its members in their order. Bytes that are no UTF-8 become \ufffd.
std::string go_json_of(const nlohmann::ordered_json& value);

/// RFC 3339 with as many digits of the fraction as there are: "2026-01-02T03:04:05.5Z".
std::string rfc3339_nano(Timestamp at);

}  // namespace tocsin::notifiers
