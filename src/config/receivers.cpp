#include <array>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

constexpr std::array<std::string_view, 14> kMissingKinds = {
    "pagerduty", "opsgenie", "wechat",    "victorops", "pushover",   "sns",        "telegram",
    "webex",     "msteams",  "msteamsv2", "jira",      "incidentio", "rocketchat", "mattermost"};

void refuse_missing_kinds(Map& map) {
  for (const std::string_view kind : kMissingKinds) {
    map.refuse(fmt::format("{}_configs", kind),
               fmt::format("is not supported: Tocsin has no {} channel; use webhook_configs with a "
                           "bridge to it",
                           kind));
  }
}

}  // namespace

std::vector<Receiver> read_receivers(Map& root, const Defaults& defaults) {
  std::vector<Receiver> receivers;
  std::set<std::string> names;
  root.for_each("receivers", [&](const Node& node) {
    Map map(node, "receiver", root.file());
    if (!map.usable()) return;
    Receiver receiver;
    map.read("name", receiver.name);
    if (receiver.name.empty()) {
      map.problem("a receiver needs a name");
    } else if (!names.insert(receiver.name).second) {
      map.problem("name", fmt::format("there are two receivers named {}; rename one",
                                      shown(receiver.name)));
    }
    map.refuse("labels", kNotYet);
    refuse_missing_kinds(map);
    receiver.channels = read_channels(map, defaults);
    receivers.push_back(std::move(receiver));
  });
  return receivers;
}

}  // namespace tocsin::config
