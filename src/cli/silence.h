// `tocsin silence`: the parts that its commands share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/service.h"
#include "cli/words.h"

namespace tocsin::cli {

/// When a silence holds, as it was written; empty where it was not.
struct SilenceTimes {
  std::string start = {};
  std::string end = {};
  std::string duration = {};
};
void add_silence_times(CLI::App& app, SilenceTimes& times);

struct Period {
  Timestamp start;
  Timestamp end;
};
/// `otherwise` says what holds where nothing is written. Throws Error for a period that is none, or
/// that is over at `now`.
Period parse_period(const SilenceTimes& times, const Period& otherwise, Timestamp now);

/// --author's default: $USER.
std::string default_author();

/// Posts it and says to whom that matters on standard error; the id goes to standard output.
void put_silence(Service& service, const nlohmann::json& silence, Timestamp now);

Command add_silence_add(CLI::App& silence);
Command add_silence_query(CLI::App& silence);
Command add_silence_update(CLI::App& silence);
Command add_silence_expire(CLI::App& silence);
Command add_silence_import(CLI::App& silence);

}  // namespace tocsin::cli
