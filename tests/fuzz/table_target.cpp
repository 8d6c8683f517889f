#include <array>
#include <cstdlib>
#include <string_view>

#include "pruning_core/data/table_reader.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/fuzz/fuzz_target.h"

// The first byte is the layout; the columns are those of the corpus.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep;
  constexpr std::array<std::string_view, 12> kLayouts{
      "tsv",      "csv",       "jsonl",     "glue/cola", "glue/sst2", "glue/mrpc",
      "glue/qqp", "glue/stsb", "glue/mnli", "glue/qnli", "glue/rte",  "glue/wnli"};
  if (size == 0) return 0;
  contract::FormatSpec format;
  format.layout = kLayouts[(data[0] & 0x3F) % kLayouts.size()];
  format.header = (data[0] & 0x40) == 0;
  format.text = {format.header ? "text" : "1"};
  if ((data[0] & 0x80) != 0) format.text.emplace_back(format.header ? "second" : "3");
  format.label = format.header ? "label" : "2";
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const auto examples = core::ParseTable(bytes, "data", "task.train", format, 0);
    if (examples.empty()) std::abort();
    // Fewer examples asked for are the first ones.
    const auto first = core::ParseTable(bytes, "data", "task.train", format, 1);
    if (first.size() != 1 || first[0].label != examples[0].label) std::abort();
  } catch (const core::UserError&) {
  }
  return 0;
}
