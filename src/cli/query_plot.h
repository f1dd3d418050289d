// A range of values as a picture of characters.
#pragma once

#include <string>
#include <vector>

#include "net/remote_source.h"
#include "query/engine/engine.h"

namespace tocsin::cli {

struct PlotStyle {
  int width = 80;   ///< columns, axis included
  int height = 20;  ///< lines of the picture: the plot, the axis and its times
  /// Lines of dots (braille) in colours of ANSI terminals; without, several series are drawn with
  /// letters.
  bool colours = false;
};

inline constexpr std::size_t kMaxPlotted = 12;

/// Lines break where samples are missing (no sample for more than a step, or NaN); infinities are
/// arrows at the edge. Below stands which line is which series. Safe for terminals.
std::string plot_text(const query::Matrix& matrix, const net::QueryRange& range,
                      const PlotStyle& style);

}  // namespace tocsin::cli
