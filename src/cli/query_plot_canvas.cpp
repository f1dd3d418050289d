#include "cli/query_plot_canvas.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "model/rune.h"

namespace tocsin::cli {

Canvas::Canvas(int columns, int rows)
    : columns_(columns),
      rows_(rows),
      cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

Canvas::Cell& Canvas::cell(int x, int y) {
  return cells_[static_cast<std::size_t>(y / 4) * static_cast<std::size_t>(columns_) +
                static_cast<std::size_t>(x / 2)];
}

void Canvas::dot(int x, int y, std::size_t series) {
  // Unicode's order of braille dots.
  constexpr std::array<std::array<std::uint8_t, 2>, 4> kBits = {
      {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
  Cell& place = cell(x, y);
  place.dots |= kBits[static_cast<std::size_t>(y % 4)][static_cast<std::size_t>(x % 2)];
  place.series = static_cast<std::uint16_t>(series);
}

/// Bresenham's way from one dot to another.
void Canvas::line(int from_x, int from_y, int to_x, int to_y, std::size_t series) {
  const int wide = std::abs(to_x - from_x);
  const int high = -std::abs(to_y - from_y);
  const int step_x = from_x < to_x ? 1 : -1;
  const int step_y = from_y < to_y ? 1 : -1;
  int error = wide + high;
  for (int x = from_x, y = from_y;;) {
    dot(x, y, series);
    if (x == to_x && y == to_y) return;
    const int twice = 2 * error;
    if (twice >= high) {
      error += high;
      x += step_x;
    }
    if (twice <= wide) {
      error += wide;
      y += step_y;
    }
  }
}

void Canvas::arrow(int x, bool up, std::size_t series) {
  Cell& place = cell(x, up ? 0 : dots_down() - 1);
  place.arrow = up ? Arrow::Up : Arrow::Down;
  place.series = static_cast<std::uint16_t>(series);
}

std::string Canvas::glyph(const Cell& cell, bool dots) {
  if (cell.arrow == Arrow::Up) return "↑";
  if (cell.arrow == Arrow::Down) return "↓";
  if (cell.dots == 0) return " ";
  if (!dots) return std::string(1, letter_of(cell.series));
  std::string out;
  append_rune(out, 0x2800 + static_cast<char32_t>(cell.dots));
  return out;
}

std::string Canvas::row(int row, bool dots, bool colours) const {
  const auto begin = cells_.begin() + static_cast<std::ptrdiff_t>(row) * columns_;
  auto end = begin + columns_;
  while (end != begin && (end - 1)->empty()) --end;
  std::string out;
  int now = -1;  // the series whose colour is on
  for (auto at = begin; at != end; ++at) {
    if (colours && !at->empty() && now != at->series) {
      now = at->series;
      out += colour_of(at->series);
    }
    out += glyph(*at, dots);
  }
  return now < 0 ? out : out + kNoColour;
}

char letter_of(std::size_t series) {
  constexpr std::string_view kLetters = "ox+*#@%&=~$a";
  return kLetters[series % kLetters.size()];
}

std::string colour_of(std::size_t series) {
  constexpr std::array<int, 12> kColours = {36, 33, 35, 32, 34, 31, 96, 93, 95, 92, 94, 91};
  return fmt::format("\x1b[{}m", kColours[series % kColours.size()]);
}

}  // namespace tocsin::cli
