// Links in messages that offer to silence what the message is about, and prove by themselves that
// they are Tocsin's: whoever holds one needs no password.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "model/time.h"
#include "net/secret.h"
#include "notifiers/summary.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

/// silence_links of the configuration.
struct SilenceLinks {
  net::Secret secret;
  Duration valid_for = std::chrono::hours{24};
  Duration silence_for = std::chrono::hours{2};

  /// What links are signed with. Throws Error when it cannot be read or is too short.
  std::string key() const;
  bool operator==(const SilenceLinks&) const = default;
};

/// Bytes of the secret: those of the HMAC, so that guessing it is no easier than guessing that.
inline constexpr std::size_t kLeastLinkSecret = 32;
/// Bytes of a link: browsers, mail programs and chats take that much. Longer ones are not made.
inline constexpr std::size_t kLongestSilenceLink = 2000;
/// Where links lead to, below the external URL.
inline constexpr std::string_view kSilencePath = "/silence";

/// What a link offers.
struct SilenceOffer {
  Labels labels;  ///< every one is a matcher `name="value"`; at least one, and no value is empty
  Timestamp expires;  ///< to the second: from then on the link is worth nothing
  Duration length;    ///< of the silence, to the second
  bool operator==(const SilenceOffer&) const = default;
};

/// The labels that stand for what a message is about: the group's, and the name of its firing
/// alerts if they have the same. Empty: there are none, and nothing to silence.
Labels labels_to_silence(const notify::Notification& notification);

/// The signed query of a link, without the '?'. Pure. REQUIRES: labels are UTF-8.
std::string sign(std::string_view key, const SilenceOffer& offer);

enum class LinkFlaw {
  Forged,  ///< changed, made up, or signed with another key
  Expired,
};
/// What the decoded query of a link offers at `now`, or what is wrong with it. Pure. Which byte of
/// a signature is wrong does not show in the time that this takes.
std::variant<SilenceOffer, LinkFlaw> check(
    std::string_view key, const std::vector<std::pair<std::string, std::string>>& query,
    Timestamp now);

/// The link for a message sent at `now`; nothing when nothing fires, when it would be too long, or
/// when there is no key or no URL (which is logged: the message is more important).
std::optional<Link> silence_link(const SilenceLinks& links,
                                 const notify::Notification& notification, Timestamp now);

}  // namespace tocsin::notifiers
