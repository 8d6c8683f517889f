#include "cli/output/braille_canvas.h"

#include <algorithm>
#include <cstdlib>

namespace sparsweep::cli {

BrailleCanvas::BrailleCanvas(int columns, int rows)
    : columns_(columns), rows_(rows), cells_(static_cast<size_t>(columns) * rows) {}

void BrailleCanvas::Dot(int x, int y, Color color) {
  if (x < 0 || y < 0 || x >= columns_ * 2 || y >= rows_ * 4) return;
  // U+2800 + bits: dots 1–3 and 7 down the left column, 4–6 and 8 down the right one.
  constexpr unsigned kBits[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
  Cell& cell = cells_[static_cast<size_t>(y / 4) * columns_ + x / 2];
  cell.mark = 0;
  cell.dots |= kBits[x % 2][y % 4];
  cell.color = color;
}

void BrailleCanvas::Line(int x0, int y0, int x1, int y1, Color color) {
  const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
  for (int i = 0; i <= steps; ++i) {
    Dot(x0 + (2 * i * (x1 - x0) + steps) / (2 * steps),
        y0 + (2 * i * (y1 - y0) + (y1 >= y0 ? steps : -steps)) / (2 * steps), color);
  }
}

void BrailleCanvas::Mark(int column, int row, char32_t mark, Color color) {
  if (column < 0 || row < 0 || column >= columns_ || row >= rows_) return;
  Cell& cell = cells_[static_cast<size_t>(row) * columns_ + column];
  cell.mark = mark;
  cell.color = color;
}

std::string BrailleCanvas::Row(int row, bool color) const {
  std::string text;
  for (int column = 0; column < columns_; ++column) {
    const Cell& cell = cells_[static_cast<size_t>(row) * columns_ + column];
    if (cell.mark != 0) {
      text += Paint(Utf8(cell.mark), cell.color, color);
    } else if (cell.dots != 0) {
      text += Paint(Utf8(0x2800 + cell.dots), cell.color, color);
    } else {
      text += ' ';
    }
  }
  return text;
}

}  // namespace sparsweep::cli
