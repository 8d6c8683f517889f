// How a method looks wherever it is drawn: one mark and one colour.
#pragma once

#include <string_view>

#include "cli/output/text.h"

namespace sparsweep::cli {

struct MethodStyle {
  char32_t mark = U'○';
  Color color = Color::kBlue;
};

[[nodiscard]] inline MethodStyle StyleOf(std::string_view method) {
  if (method == "dense") return {U'●', Color::kGray};
  if (method == "magnitude") return {U'▲', Color::kYellow};
  if (method == "movement") return {U'◆', Color::kCyan};
  if (method == "soft_movement") return {U'■', Color::kMagenta};
  if (method == "l0") return {U'▼', Color::kGreen};
  return {};
}

}  // namespace sparsweep::cli
