// How values that are not plain columns are written into them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/alert.h"
#include "model/fingerprints.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "notify/outbox.h"
#include "state/step.h"

namespace tocsin::journal {

/// {"alertname":"HighLoad","host":"a"}. Decoding throws Error when it is something else.
std::string encode_labels(const Labels& labels);
void append_labels(std::string& out, const Labels& labels);
Labels decode_labels(std::string_view json);

/// [["alertname","=~","High.*"],["host","=","a"]]. Decoding throws Error, also for a regular
/// expression that does not compile.
std::string encode_matchers(const Matchers& matchers);
Matchers decode_matchers(std::string_view json);

/// 8 bytes each, big-endian, ascending. Decoding throws Error for an odd length.
std::string encode_fingerprints(const FingerprintSet& fingerprints);
/// The same for some that are ascending already.
std::string encode_ascending(const std::vector<Fingerprint>& ascending);
FingerprintSet decode_fingerprints(std::string_view bytes);

/// The names of the enumerations as stored. Parsing throws Error for others.
std::string_view to_text(Origin origin);
std::string_view to_text(state::Phase phase);
std::string_view to_text(notify::RowState state);
Origin parse_origin(std::string_view text);
state::Phase parse_phase(std::string_view text);
notify::RowState parse_row_state(std::string_view text);

}  // namespace tocsin::journal
