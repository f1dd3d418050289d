// The commands of a script. Within query/script only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/time.h"
#include "query/samples/notation.h"

namespace re2 {
class RE2;
}

namespace tocsin::query {

/// How long before (or after) each sample its counting began; a line with `@st`.
using Starts = std::vector<std::optional<Duration>>;

struct Load {
  Duration step{};
  /// Classic histograms among the series are also stored as native ones with custom buckets.
  bool with_native = false;
  std::vector<SeriesLine> series;
  std::vector<Starts> starts;  ///< of each of them; empty: not known
};

struct Clear {};

enum class ExpectKind { Fail, Warn, NoWarn, Info, NoInfo, Ordered };

/// A line `expect fail|warn|info …`.
struct Expectation {
  ExpectKind kind{};
  std::optional<std::string> message;     ///< the exact one …
  std::shared_ptr<const re2::RE2> regex;  ///< … or what it has to match; neither: any
  bool lists_all = true;  ///< further warnings or infos than those that are listed are wrong

  bool matches(const std::string& text) const;
  std::string to_string() const;
};

struct ExpectedSeries {
  Labels labels;
  std::vector<SequenceValue> values;
};

struct Eval {
  std::string expression;
  bool is_range = false;
  Timestamp from{}, to{};  ///< the same one for an instant
  Duration step{};
  std::vector<Expectation> expectations;
  std::vector<ExpectedSeries> series;  ///< in the order of the lines
  std::optional<double> scalar;
  std::optional<std::string> text;
  bool is_range_vector = false;  ///< whose samples are from `from` to `to` by `step`

  bool expects(ExpectKind kind) const;
};

/// A command that cannot be understood.
struct Misunderstood {
  std::string text;
  std::string message;
};

struct Command {
  int line = 0;
  std::variant<Load, Clear, Eval, Misunderstood> what;
};

/// What cannot be understood becomes a Misunderstood and is skipped up to the next empty line.
std::vector<Command> read_script(std::string_view text);

}  // namespace tocsin::query
