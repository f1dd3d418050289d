// The configuration and the rules that the demo runs with.
#pragma once

#include <string>

#include "model/labels.h"

namespace tocsin::demo {

// The alerts, in the order in which the demo makes them fire.
inline constexpr const char* kErrors = "GauzianSuccessRateLow";
inline constexpr const char* kLatency = "GauzianLatencyHigh";
inline constexpr const char* kLogins = "GauzianFailedLogins";

/// The three rules of the seed, with windows of seconds instead of minutes.
std::string rules_text();
/// Names rules.yaml in its own folder.
std::string config_text(int http_port, int mail_port);
/// The labels that the alert of that rule has.
Labels labels_of(const std::string& alert);

}  // namespace tocsin::demo
