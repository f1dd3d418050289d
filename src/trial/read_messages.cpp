// What a test says about the messages that receivers get.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "trial/reader.h"

namespace tocsin::trial {
namespace {

using config::Map;
using config::Node;
using config::shown;

std::string join_names(const std::vector<std::string_view>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Notes when the configuration has no such receiver.
const config::Receiver* check_receiver(Map& map, std::string_view key, const Node& node,
                                       std::string_view name, const config::Config& config) {
  if (const config::Receiver* found = config.receiver(name)) return found;
  std::vector<std::string_view> names;
  for (const config::Receiver& each : config.receivers) names.push_back(each.name);
  const std::string meant = config::did_you_mean(name, names);
  map.file().problem(node, fmt::format("{}: the config_file has no receiver {}{}", key, shown(name),
                                       meant.empty() ? "; it has " + join_names(names) : meant));
  return nullptr;
}

bool is_channel(const notifiers::Channel& channel, std::string_view name) {
  return channel.name == name || notifiers::kind_of(channel.settings) == name;
}

void check_channel(Map& map, const config::Receiver& receiver, const std::string& name) {
  const auto& channels = receiver.channels;
  if (name.empty() || std::any_of(channels.begin(), channels.end(),
                                  [&](const auto& each) { return is_channel(each, name); })) {
    return;
  }
  std::vector<std::string_view> names;
  for (const notifiers::Channel& each : channels) names.push_back(each.name);
  map.problem("channel", fmt::format("receiver {} has no channel {}; it has {}",
                                     shown(receiver.name), shown(name), join_names(names)));
}

void read_status(Map& map, MessageCheck& check) {
  std::string text;
  if (!map.read("status", text)) return;
  if (text == "firing") {
    check.status = notify::Status::Firing;
  } else if (text == "resolved") {
    check.status = notify::Status::Resolved;
  } else {
    map.problem("status", fmt::format("status must be firing or resolved, not {}", shown(text)));
  }
}

void read_reason(Map& map, MessageCheck& check) {
  using notify::Reason;
  std::string text;
  if (!map.read("reason", text)) return;
  std::vector<std::string_view> names;
  for (const Reason reason : {Reason::FirstNotification, Reason::NewAlerts, Reason::SomeResolved,
                              Reason::AllResolved, Reason::RepeatInterval}) {
    names.push_back(to_string(reason));
    if (text == to_string(reason)) check.reason = reason;
  }
  if (!check.reason) {
    map.problem("reason",
                fmt::format("reason must be one of {}, not {}", join_names(names), shown(text)));
  }
}

// Finding out which expected thing is which of those that came takes time by their product.
constexpr std::size_t kMaxAlerts = 1000;    // of a message
constexpr std::size_t kMaxMessages = 1000;  // of a test

/// Each alert by some of its labels.
void read_alerts(Map& map, std::string_view key, std::optional<std::vector<Labels>>& alerts) {
  if (map.entry(key) == nullptr) return;
  alerts.emplace();
  map.for_each(key, [&](const Node& node) {
    if (!node.is_mapping()) {
      map.file().problem(node, fmt::format("an alert is given by some of its labels, as in "
                                           "{{alertname: Down, job: api}}, this is {}",
                                           describe(node.kind)));
      return;
    }
    std::vector<Label> labels;
    for (const Node::Entry& each : node.entries) {
      if (each.value->is_scalar() || each.value->is_null()) {
        labels.push_back({std::string(each.key), std::string(each.value->text)});
      } else {
        map.file().problem(*each.value, fmt::format("label {} must be a text, this is {}",
                                                    shown(each.key), describe(each.value->kind)));
      }
    }
    alerts->emplace_back(std::move(labels));
  });
  if (alerts->size() > kMaxAlerts) {
    map.problem(key, fmt::format("these are more than {} alerts; leave {} out, or write a smaller "
                                 "test",
                                 kMaxAlerts, key));
  }
}

void listen(Test& test, const Position& where, const std::string& receiver) {
  const bool known = std::any_of(test.listeners.begin(), test.listeners.end(),
                                 [&](const auto& each) { return each.receiver == receiver; });
  if (!known) test.listeners.push_back({where, receiver});
}

void read_message(const Node& node, config::File& file, const config::Config& config, Test& test) {
  MessageCheck check;
  check.where = file.position(node.mark);
  Map map(node, "notification", file);
  if (!map.usable()) return;
  if (!map.read("eval_time", check.eval_time) && !map.has("eval_time")) {
    map.problem("a notification needs an eval_time, when it is sent");
  }
  if (!map.read("receiver", check.receiver) && !map.has("receiver")) {
    map.problem("a notification needs a receiver, who gets it");
  }
  map.read("channel", check.channel);
  if (const Node* receiver = map.find("receiver"); receiver != nullptr) {
    const auto* found = check_receiver(map, "receiver", *receiver, check.receiver, config);
    if (found != nullptr) check_channel(map, *found, check.channel);
  }
  read_status(map, check);
  read_reason(map, check);
  read_alerts(map, "firing", check.firing);
  read_alerts(map, "resolved", check.resolved);
  listen(test, check.where, check.receiver);
  test.messages.push_back(std::move(check));
}

}  // namespace

void read_message_checks(Map& map, const Reading& reading, Test& test) {
  const Node* messages = map.find("notifications");
  const Node* quiet = map.find("no_notifications");
  if (messages == nullptr && quiet == nullptr) return;
  const config::Config* config = reading.file.config.get();
  if (config == nullptr) {
    // Where the configuration is wrong, that was said.
    if (map.file().problems() == 0) {
      map.problem(messages != nullptr ? "notifications" : "no_notifications",
                  "notifications need routes and receivers; name a configuration as config_file at "
                  "the top of the test file");
    }
    return;
  }
  map.for_each("notifications",
               [&](const Node& node) { read_message(node, map.file(), *config, test); });
  if (test.messages.size() > kMaxMessages) {
    map.problem("notifications",
                fmt::format("these are more than {} messages; split the test", kMaxMessages));
  }
  if (messages != nullptr && messages->is_list() && messages->list.empty() && quiet == nullptr) {
    map.problem("notifications",
                "this list is empty and says nothing about anybody; name those "
                "who must hear nothing under no_notifications");
  }
  std::vector<std::string> names;
  map.read("no_notifications", names);
  for (std::size_t i = 0; i < names.size() && quiet->is_list(); ++i) {
    const Node& node = *quiet->list[std::min(i, quiet->list.size() - 1)];
    check_receiver(map, "no_notifications", node, names[i], *config);
    for (const MessageCheck& check : test.messages) {
      if (check.receiver != names[i]) continue;
      map.file().problem(node, fmt::format("{} is to hear nothing, but line {} expects a message",
                                           shown(names[i]), check.where.line));
    }
    listen(test, map.file().position(node.mark), names[i]);
  }
}

}  // namespace tocsin::trial
