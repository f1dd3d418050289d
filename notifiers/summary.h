// What a notification says, before a channel dresses it up: the same words everywhere.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/notification.h"

namespace tocsin::notifiers {

/// `url` has been through web_url().
struct Link {
  std::string text;
  std::string url;
  bool operator==(const Link&) const = default;
};

/// One alert in printable text; nothing is escaped for any markup yet.
struct AlertSummary {
  std::string title;        ///< the summary annotation, else the alert's name
  std::string description;  ///< the description (or message) annotation; may have several lines
  std::string severity;
  std::string since;  ///< "since 2026-01-02 15:04:05 UTC (5m)", "from … UTC to … UTC (5m)"
  std::string value;  ///< of the rule's expression while firing; empty for posted alerts
  std::vector<Label> labels;  ///< those that tell it apart from the others of the message
  std::vector<Link> links;    ///< runbook, dashboard, source; without the shared ones
};

/// The alerts of one status, in the order of the notification.
struct Section {
  notify::Status status = notify::Status::Firing;
  std::vector<AlertSummary> alerts;  ///< at most 500: no channel shows more
  std::size_t total = 0;             ///< how many there are
};

struct Summary {
  std::string title;              ///< "[FIRING:2] SlowApi api (page)"
  std::vector<Label> common;      ///< labels that all alerts share
  std::vector<Link> links;        ///< links that all alerts share, then ours
  std::vector<Section> sections;  ///< firing, then resolved; none of them empty
  std::string reason;             ///< "first notification", …
  std::string url;                ///< of this Tocsin; empty when it cannot be a link
};

/// `offer` is a link of ours that goes below those of the alerts.
Summary summarise(const notify::Notification& notification, const std::optional<Link>& offer = {});

/// The alerts of a section that a message has room for.
struct Fitted {
  std::vector<AlertSummary> alerts;
  std::size_t left_out = 0;
};

/// `runes`: code points of all alerts together; `alerts`: how many at most.
struct Room {
  std::size_t runes = 0;
  std::size_t alerts = 500;
};

/// Which alerts of a group are affected matters more than every word about each: as long as not all
/// of them fit, descriptions, labels and links are shortened in steps, and then whole alerts are
/// left out at the end. `size` gives the code points that an alert takes in the channel's markup;
/// the line of more_text() is accounted for.
Fitted fit(const Section& section, const Room& room,
           const std::function<std::size_t(const AlertSummary&)>& size);

/// "… and 12 more"
std::string more_text(std::size_t left_out);

/// "2026-01-02 15:04:05 UTC"
std::string utc(Timestamp at);

}  // namespace tocsin::notifiers
