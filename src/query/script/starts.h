// Lines `metric@st -1m _ 30s-1mx3` of `load`: when the counting of the samples of the next line
// began. Within query/script only.
#pragma once

#include <string_view>

#include "query/script/commands.h"

namespace tocsin::query {

/// A line of that kind, not a series: its first word ends with @st.
bool is_starts_line(std::string_view line);

/// Reads the lines of `load` in order.
class LoadReader {
 public:
  explicit LoadReader(Load& load) : load_(load) {}
  /// Throws Error.
  void add(std::string_view line);
  /// Throws Error when a line with starts has no series behind it.
  void finish() const;

 private:
  void add_starts(std::string_view line);
  Starts starts_for(const SeriesLine& series);

  Load& load_;
  Starts default_;  // for all lines that have none of their own; repeated
  std::optional<Labels> pending_of_;
  Starts pending_;
};

}  // namespace tocsin::query
