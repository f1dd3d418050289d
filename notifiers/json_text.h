// JSON as Go's encoder writes it, for payloads that are to be equal to Alertmanager's byte by byte.
#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"
#include "model/time.h"

namespace tocsin::notifiers {

/// A JSON string with <, > and & as \u003c …, malformed bytes as \ufffd.
void append_go_json(std::string& out, std::string_view text);
std::string go_json(std::string_view text);

/// {"a":"b",…} in order of names.
std::string go_json(const Labels& labels);

/// RFC 3339 with as many digits of the fraction as there are: "2026-01-02T03:04:05.5Z".
std::string rfc3339_nano(Timestamp at);

}  // namespace tocsin::notifiers
