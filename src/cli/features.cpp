#include "cli/features.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "cli/query_text.h"
#include "model/error.h"

namespace tocsin::cli {
namespace {

struct Name {
  std::string_view name;
  bool Features::*flag;
};

constexpr std::array kNames = {
    Name{"alert-names-in-metrics", &Features::alert_names_in_metrics},
    Name{"receiver-name-in-metrics", &Features::receiver_names_in_metrics},
    Name{"group-key-in-metrics", &Features::group_keys_in_metrics},
    Name{"classic-mode", &Features::classic_mode},
    Name{"utf8-strict-mode", &Features::utf8_strict_mode},
    Name{"auto-gomemlimit", &Features::auto_memory_limit},
    Name{"event-recorder", &Features::event_recorder},
};

void turn_on(Features& features, std::string_view name) {
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [name](const Name& each) { return each.name == name; });
  if (found == kNames.end()) {
    std::vector<std::string_view> all;
    for (const Name& each : kNames) all.push_back(each.name);
    throw Error(fmt::format("--enable-feature: there is no feature \"{}\"; there are {}",
                            for_terminal(name), fmt::join(all, ", ")));
  }
  features.*(found->flag) = true;
}

}  // namespace

Features parse_features(std::string_view text) {
  Features features;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    turn_on(features, text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (features.classic_mode && features.utf8_strict_mode) {
    throw Error("--enable-feature: classic-mode and utf8-strict-mode exclude each other");
  }
  return features;
}

}  // namespace tocsin::cli
