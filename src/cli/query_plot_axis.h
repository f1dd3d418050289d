// Where the marks of a plot's axes are, and what stands beside them.
#pragma once

#include <string>
#include <vector>

#include "model/time.h"

namespace tocsin::cli {

/// From `low` to `high`, both multiples of the distance between marks. Computed wider than the
/// values are: the difference of two of them may not fit a double.
struct ValueAxis {
  struct Mark {
    long double value = 0;
    std::string label;
  };
  long double low = 0;
  long double high = 1;
  std::vector<Mark> marks;  ///< ascending
};

/// For finite values from `least` to `most`, with some `marks` marks. REQUIRES: least <= most.
ValueAxis value_axis(double least, double most, int marks);

struct TimeMark {
  Timestamp at;
  std::string label;
};

/// Round instants (of UTC) within the range, at most `most` of them. REQUIRES: from <= to, both
/// some 30,000 years from 1970 at most.
std::vector<TimeMark> time_marks(Timestamp from, Timestamp to, int most);

}  // namespace tocsin::cli
