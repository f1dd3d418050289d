// What --enable-feature turns on.
#pragma once

#include <string_view>

#include "model/matcher.h"

namespace tocsin::cli {

struct Features {
  bool alert_names_in_metrics = false;
  bool receiver_names_in_metrics = false;
  bool group_keys_in_metrics = false;
  bool classic_mode = false;
  bool utf8_strict_mode = false;
  /// Mean nothing here: memory is not collected, and there is a timeline of events anyhow.
  bool auto_memory_limit = false;
  bool event_recorder = false;

  /// How matchers are read.
  MatcherSyntax matchers() const {
    if (classic_mode) return MatcherSyntax::Classic;
    return utf8_strict_mode ? MatcherSyntax::Utf8 : MatcherSyntax::Fallback;
  }
};

/// Names with commas between them; "" is none. Throws Error that lists those there are, and for
/// two that exclude each other.
Features parse_features(std::string_view text);

}  // namespace tocsin::cli
