#include "cli/greeting.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "notifiers/channel.h"

namespace tocsin::cli {
namespace {

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string watches(const config::Config& config) {
  std::size_t rules = 0;
  std::set<std::string> files;
  std::set<Duration> intervals;
  for (const rule::RuleGroup& group : config.groups) {
    rules += group.rules.size();
    files.insert(group.file);
    intervals.insert(group.interval);
  }
  if (rules == 0) return "no rules (rule_files names none): it only serves the API";
  std::string text = fmt::format("{} in {} from {}", plural(rules, "rule"),
                                 plural(config.groups.size(), "group"), fmt::join(files, ", "));
  text += intervals.size() == 1
              ? fmt::format(", every {}", format_duration(*intervals.begin()))
              : fmt::format(", every {} to {}", format_duration(*intervals.begin()),
                            format_duration(*intervals.rbegin()));
  return text;
}

std::string asks(const config::Config& config) {
  std::vector<std::string> sources;
  for (const net::SourceSettings& source : config.sources) {
    sources.push_back(
        fmt::format("{} ({})", source.name,
                    source.embedded ? "series in this process" : net::destination_of(source.url)));
  }
  return sources.empty() ? "no source" : fmt::format("{}", fmt::join(sources, ", "));
}

std::string scrapes(const config::Config& config) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> jobs;
  for (const scrape::JobSettings& job : config.scrape) {
    if (jobs.size() < kMost) jobs.push_back(job.name);
  }
  std::string text = fmt::format("{}", fmt::join(jobs, ", "));
  if (config.scrape.size() > kMost)
    text += fmt::format(", and {} more", config.scrape.size() - kMost);
  return text;
}

std::string tells(const config::Receiver& receiver) {
  std::vector<std::string> channels;
  for (const notifiers::Channel& channel : receiver.channels) {
    channels.push_back(notifiers::describe(channel));
  }
  const std::string where = channels.empty() ? "nobody (no channel configured)"
                                             : fmt::format("{}", fmt::join(channels, "; "));
  return fmt::format("receiver {}: {}", receiver.name, where);
}

}  // namespace

std::string greeting_text(const config::Config& config, const Greeting& greeting) {
  std::string text = fmt::format("Tocsin {} is up.\n", greeting.version);
  const auto line = [&text](std::string_view what, const std::string& words) {
    text += fmt::format("  {:<9} {}\n", what, words);
  };
  line("watches", watches(config));
  if (!config.scrape.empty()) line("scrapes", scrapes(config));
  line("asks", asks(config));
  bool first = true;
  for (const config::Receiver& receiver : config.receivers) {
    line(first ? "tells" : "", tells(receiver));
    first = false;
  }
  line("keeps",
       fmt::format("{}/tocsin.db ({} and {} from before)", greeting.storage_path,
                   plural(greeting.alerts, "alert"), plural(greeting.silences, "silence")));
  line("answers", fmt::format("{}/api/v1/rules, /api/v2/alerts, /metrics, …", greeting.url));
  line("silence", fmt::format("amtool --alertmanager.url={} silence add alertname=NAME "
                              "--duration=1h --author=YOU --comment=WHY",
                              greeting.url));
  return text;
}

}  // namespace tocsin::cli
