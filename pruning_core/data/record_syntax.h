// Cuts one record off a table's bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/data/line_faults.h"

namespace sparsweep::core {

// The cells of a record; storage is kept from one record to the next.
class Cells {
 public:
  void Clear();
  // The characters of the next cell, as many times as it takes; then its end.
  void Append(std::string_view part) { characters_ += part; }
  void EndCell() { ends_.push_back(characters_.size()); }

  [[nodiscard]] size_t size() const { return ends_.size(); }
  [[nodiscard]] std::string_view operator[](size_t i) const;
  [[nodiscard]] std::vector<std::string_view> All() const;
  [[nodiscard]] std::string_view characters() const { return characters_; }

 private:
  std::string characters_;
  std::vector<size_t> ends_;
};

// Both take the next record off `rest`, not empty, with the end of its line ("\n" or "\r\n"), add
// the lines it took to `lines`, and say what is wrong with it. Cells are complete only without a
// fault.
//
// Tab-separated: no quoting.
[[nodiscard]] std::optional<LineFault> TakeTsvRecord(std::string_view& rest, uint64_t& lines,
                                                     Cells& cells);
// RFC 4180: a cell in quotes may hold commas, line ends and doubled quotes; a quote inside a cell
// that does not begin with one stands for itself. After kOpenQuote nothing is left of `rest`.
[[nodiscard]] std::optional<LineFault> TakeCsvRecord(std::string_view& rest, uint64_t& lines,
                                                     Cells& cells);

// Takes the next line off `rest`, without its end.
[[nodiscard]] std::string_view TakeLine(std::string_view& rest);
[[nodiscard]] bool IsUtf8(std::string_view text);
// Nothing but spaces, tabs and carriage returns.
[[nodiscard]] bool IsBlank(std::string_view text);

}  // namespace sparsweep::core
