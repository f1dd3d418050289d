// Text and labels as JSON, byte for byte.
//
// JSON must be UTF-8, but a template may cut a character in two. So within JSON a byte that is not
// part of a character is written as the character U+F700 + byte (U+F780 to U+F7FF, which nobody
// assigned), and the bytes of such characters themselves likewise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "model/labels.h"

namespace tocsin::journal {

/// Any bytes as UTF-8, in the manner described above; and back.
std::string to_utf8(std::string_view bytes);
std::string from_utf8(std::string_view text);

/// Appends the text as a JSON string, quotes included.
void append_json_text(std::string& out, std::string_view text);

void append_integer(std::string& out, std::int64_t number);

/// Throws Error when it is not JSON.
nlohmann::json parse_json(std::string_view json);

/// The text that append_json_text was given. Throws Error when it is no JSON string.
std::string text_of(const nlohmann::json& json);

/// The labels of an object of strings. Throws Error for anything else.
Labels labels_of(const nlohmann::json& json);

}  // namespace tocsin::journal
