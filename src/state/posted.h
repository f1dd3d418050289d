// Alerts that somebody else posts: what their times mean, what is wrong with them, and what becomes
// of the one already known.
//
// Source of the rules: alertmanager api/v2 (postAlerts), provider/mem (Put), types (Alert.Merge).
#pragma once

#include <optional>
#include <string>

#include "model/alert.h"

namespace tocsin::state {

/// What a client sent of one alert. Times that are absent, empty or of the year 1 are unset.
struct Posted {
  Labels labels;
  Annotations annotations;
  std::string generator_url;
  std::optional<Timestamp> starts_at;
  std::optional<Timestamp> ends_at;
};

/// Which label names are allowed.
enum class LabelNames { Utf8, Legacy };

/// The alert as received at `now`. Without an end it ends `resolve_timeout` later unless it is
/// posted again; without a start it starts now, or at its end.
Alert received(Posted posted, Timestamp now, Duration resolve_timeout);

/// Why it cannot be taken, in Alertmanager's words, or nothing.
std::string objection(const Alert& alert, LabelNames names = LabelNames::Utf8);

/// What the alert is once `newer`, with the same labels, was received at `now`: where their times
/// overlap they are one alert that started with the first and says what the newer one says; else
/// the newer one takes the place of the old one.
Alert merged(const Alert& stored, Alert newer, Timestamp now);

}  // namespace tocsin::state
