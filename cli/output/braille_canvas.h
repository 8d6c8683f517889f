// A picture of characters: dots at 2 × 4 per cell as braille, and whole characters over them.
#pragma once

#include <string>
#include <vector>

#include "cli/output/text.h"

namespace sparsweep::cli {

// Plain value. Rows count from the top, columns from the left; what lies outside is not drawn; in a
// cell what is drawn last stays.
class BrailleCanvas {
 public:
  BrailleCanvas(int columns, int rows);

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  // Dots: columns · 2 by rows · 4.
  void Dot(int x, int y, Color color);
  // A straight line between two dots.
  void Line(int x0, int y0, int x1, int y1, Color color);
  // A character in place of a cell's dots.
  void Mark(int column, int row, char32_t mark, Color color);

  // One row, as wide as the canvas.
  [[nodiscard]] std::string Row(int row, bool color) const;

 private:
  struct Cell {
    char32_t mark = 0;  // 0: dots
    unsigned dots = 0;  // bits of the braille block
    Color color = Color::kNone;
  };

  int columns_;
  int rows_;
  std::vector<Cell> cells_;
};

}  // namespace sparsweep::cli
