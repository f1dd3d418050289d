// The area of a plot in which lines are drawn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::cli {

/// A grid of characters of two by four dots. Lines belong to series, counted from 0; where they
/// cross, the last one drawn is seen.
class Canvas {
 public:
  /// REQUIRES: both at least 1.
  Canvas(int columns, int rows);

  int dots_across() const { return columns_ * 2; }
  int dots_down() const { return rows_ * 4; }

  /// Dots from the left and from the top. REQUIRES: inside.
  void line(int from_x, int from_y, int to_x, int to_y, std::size_t series);
  /// An arrow at the upper or lower edge, over the dot.
  void arrow(int x, bool up, std::size_t series);

  /// A line of the picture. Dots with `dots`, else a letter for each series; in colours if asked.
  std::string row(int row, bool dots, bool colours) const;

 private:
  enum class Arrow : std::uint8_t { None, Up, Down };
  struct Cell {
    std::uint8_t dots = 0;
    Arrow arrow = Arrow::None;
    std::uint16_t series = 0;
    bool empty() const { return dots == 0 && arrow == Arrow::None; }
  };
  Cell& cell(int x, int y);
  void dot(int x, int y, std::size_t series);
  static std::string glyph(const Cell& cell, bool dots);

  int columns_;
  int rows_;
  std::vector<Cell> cells_;
};

/// What a series is drawn with where there are no dots.
char letter_of(std::size_t series);
/// Begins and ends a series' colour.
std::string colour_of(std::size_t series);
inline constexpr const char* kNoColour = "\x1b[0m";

}  // namespace tocsin::cli
