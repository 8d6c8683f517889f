#include "pruning_core/data/table_layout.h"

#include <optional>
#include <string_view>

#include "contract/nearest.h"
#include "contract/task_metrics.h"
#include "fmt/format.h"
#include "pruning_core/data/glue_layouts.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using Syntax = TableLayout::Syntax;

std::optional<Syntax> SyntaxOf(std::string_view layout) {
  if (layout == "tsv") return Syntax::kTsv;
  if (layout == "csv") return Syntax::kCsv;
  if (layout == "jsonl") return Syntax::kJsonl;
  return std::nullopt;
}

[[noreturn]] void FailUnknown(const std::string& layout) {
  throw UserError("BAD_FORMAT", "task.format.layout", layout,
                  fmt::format("task.format.layout: '{}' is not a layout of tables{}", layout,
                              contract::NearestHint(layout, contract::Layouts())));
}

}  // namespace

TableLayout LayoutOf(const contract::FormatSpec& format) {
  if (auto glue = GlueLayout(format.layout)) return *std::move(glue);
  const auto syntax = SyntaxOf(format.layout);
  if (!syntax) FailUnknown(format.layout);
  if (format.text.empty() || format.text.size() > 2) {
    throw UserError("BAD_FORMAT", "task.format.text", std::to_string(format.text.size()),
                    "task.format.text: name one or two text columns");
  }
  TableLayout layout;
  layout.syntax = *syntax;
  layout.header = format.header;
  layout.text = format.text;
  layout.label = format.label;
  return layout;
}

}  // namespace sparsweep::core
