// How the examples of a data file are laid out: what the spec says, or what a GLUE task fixes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contract/trial_spec.h"

namespace sparsweep::core {

struct TableLayout {
  enum class Syntax { kTsv, kCsv, kJsonl };

  Syntax syntax = Syntax::kTsv;
  bool header = true;  // tsv, csv: the first line names the columns; else they are 1, 2, …
  std::vector<std::string> text;         // one or two columns
  std::string label;                     // column
  std::vector<std::string> labels = {};  // in the order of the classes; empty: not fixed
  bool regression = false;               // the label is a number …
  std::pair<double, double> range = {};  // … of this range; {0, 0}: any
  // GLUE's own files have rows that HF's readers take or pass over: an empty text, a line that
  // breaks off, a label that says there is none.
  bool takes_empty_text = false;
  bool skips_short_lines = false;
  std::string skipped_label = {};
};

// Throws UserError (BAD_FORMAT) for an unknown layout, with the nearest, and for a number of text
// columns other than one or two.
[[nodiscard]] TableLayout LayoutOf(const contract::FormatSpec& format);

}  // namespace sparsweep::core
