// What came in at the demo's mail server, Slack and Discord, as people would read it.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::demo {

struct Message {
  std::string channel;  ///< "email", "Slack", "Discord"
  std::string title;    ///< "[FIRING:1] GauzianLatencyHigh gauzian-backend (warning)"
  std::string text;     ///< may have several lines

  bool is_about(std::string_view alert) const { return title.find(alert) != std::string::npos; }
  bool is_resolved() const { return title.starts_with("[RESOLVED"); }
};

/// A mail as it came: its subject, and its text/plain part. Quoted-printable is the one encoding
/// that is understood: it is what Tocsin writes.
Message read_mail(std::string_view mail);
/// A Slack message with attachments, a Discord one with embeds; nothing when it is neither.
std::optional<Message> read_slack(std::string_view body);
std::optional<Message> read_discord(std::string_view body);

/// Any thread.
class Inbox {
 public:
  void add(Message message);
  /// Those from number `first` on, in the order they came.
  std::vector<Message> since(std::size_t first) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Message> messages_;
};

}  // namespace tocsin::demo
