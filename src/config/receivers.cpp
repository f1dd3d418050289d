#include <array>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"
#include "model/overloaded.h"

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

void read_labels(Map& map, Receiver& receiver) {
  map.read("labels", receiver.labels);
  if (receiver.labels.has("")) map.problem("labels", "a label needs a name");
  if (receiver.labels.has("name") && receiver.labels.get("name") != receiver.name) {
    map.problem("labels", fmt::format("the label \"name\" of a receiver is its name; remove it, or "
                                      "write {}",
                                      shown(receiver.name)));
  }
  receiver.labels.set("name", receiver.name);
}

using Secrets = std::vector<const net::Secret*>;

void add_http(Secrets& secrets, const net::HttpSettings& http) {
  if (http.basic_auth) secrets.push_back(&http.basic_auth->password);
  if (http.authorization) secrets.push_back(&http.authorization->credentials);
}

Secrets secrets_of(const notifiers::Settings& settings) {
  Secrets secrets;
  std::visit(Overloaded{
                 [](const notifiers::ConsoleSettings&) {},
                 [&](const notifiers::EmailSettings& email) {
                   secrets = {&email.server.password, &email.server.secret};
                 },
                 [&](const notifiers::SlackSettings& slack) {
                   secrets = {&slack.api_url};
                   add_http(secrets, slack.http);
                 },
                 [&](const notifiers::DiscordSettings& discord) {
                   secrets = {&discord.webhook_url};
                   add_http(secrets, discord.http);
                 },
                 [&](const notifiers::WebhookSettings& webhook) {
                   secrets = {&webhook.url};
                   add_http(secrets, webhook.http);
                 },
             },
             settings);
  return secrets;
}

}  // namespace

void check_secret_files(const std::vector<Receiver>& receivers, const std::string& file,
                        std::vector<Diagnostic>& warnings) {
  for (const Receiver& receiver : receivers) {
    for (const notifiers::Channel& channel : receiver.channels) {
      for (const net::Secret* secret : secrets_of(channel.settings)) {
        if (secret->file.empty()) continue;
        try {
          secret->read();
        } catch (const Error& error) {
          warnings.push_back({{file, 0, 0},
                              fmt::format("receiver {}, {}: {}; nothing can be sent there before "
                                          "it can",
                                          shown(receiver.name), channel.name, error.what())});
        }
      }
    }
  }
}

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
    read_labels(map, receiver);
    refuse_missing_kinds(map);
    receiver.channels = read_channels(map, defaults);
    receivers.push_back(std::move(receiver));
  });
  return receivers;
}

}  // namespace tocsin::config
