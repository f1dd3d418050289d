#include "cli/silence.h"

#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/query_times.h"
#include "model/error.h"

namespace tocsin::cli {

void add_silence_times(CLI::App& app, SilenceTimes& times) {
  app.add_option("--start", times.start,
                 "From when on: 2026-01-02T15:04:05Z, or from now, like +1h (default: now)");
  auto* end = app.add_option("--end", times.end, "Until when, written the same way");
  app.add_option("-d,--duration", times.duration, "How long, like 90m (default: 1h)")
      ->excludes(end);
}

Period parse_period(const SilenceTimes& times, const Period& otherwise, Timestamp now) {
  Period period = otherwise;
  if (!times.start.empty()) {
    period.start = parse_instant("--start", times.start, now);
    period.end = period.start + (otherwise.end - otherwise.start);
  }
  if (!times.end.empty()) period.end = parse_instant("--end", times.end, now);
  if (!times.duration.empty()) {
    period.end = period.start + parse_length("--duration", times.duration);
  }
  if (period.end <= period.start) {
    throw Error(
        fmt::format("the silence would end at {}, before it starts", moment_text(period.end, now)));
  }
  if (period.end <= now) {
    throw Error(fmt::format("the silence would be over already: its end is {}",
                            moment_text(period.end, now)));
  }
  return period;
}

std::string default_author() {
  const char* user = std::getenv("USER");
  return user == nullptr ? "" : user;
}

void put_silence(Service& service, const nlohmann::json& silence, Timestamp now) {
  const nlohmann::json answer = service.post("/api/v2/silences", silence);
  fmt::print(stderr, "silenced until {}: {}\n", moment_text(time_of(silence, "endsAt"), now),
             for_terminal(matchers_text(silence)));
  print_out(text_of(answer, "silenceID") + "\n");
}

Command add_silence(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "silence", "Keep a running Tocsin from notifying of some alerts for a while");
  app->require_subcommand(1);
  return {app, [commands = std::vector<Command>{add_silence_add(*app), add_silence_query(*app),
                                                add_silence_update(*app), add_silence_expire(*app),
                                                add_silence_import(*app)}] {
            return run_chosen(commands);
          }};
}

}  // namespace tocsin::cli
