// What people write on the command line about alerts and silences, and how it is shown to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/labels.h"
#include "model/matcher.h"
#include "model/moment.h"
#include "model/time.h"

namespace tocsin::cli {

/// Each word is a matcher (in either syntax) or a list of them in braces; a first word without an
/// operator is the name of an alert. Warnings go to standard error. Throws Error that says how
/// matchers are written.
Matchers parse_matcher_words(const std::vector<std::string>& words);

/// NAME=VALUE; a first word without "=" is the name of an alert. The value may be in double
/// quotes. Throws Error; `what` names the kind of thing in it.
Labels parse_label_words(const std::vector<std::string>& words, std::string_view what);

/// Columns as wide as their widest cell, two blanks between them; safe for terminals.
std::string table_of(const std::vector<std::vector<std::string>>& rows);

/// Members of the API's objects; empty where they are missing or something else.
std::string text_of(const nlohmann::json& object, const char* name);
Labels labels_of(const nlohmann::json& object, const char* name);
/// Throws Error when it is not a time.
Timestamp time_of(const nlohmann::json& object, const char* name);
/// The matchers of a silence, like a="b" c=~"d".
std::string matchers_text(const nlohmann::json& silence);
nlohmann::json json_of(const Matchers& matchers);
nlohmann::json json_of(const Labels& labels);

/// Indented, with a line break at its end, whatever bytes are in it.
std::string pretty(const nlohmann::json& json);

/// Throws Error when standard output cannot be written.
void print_out(const std::string& text);

}  // namespace tocsin::cli
