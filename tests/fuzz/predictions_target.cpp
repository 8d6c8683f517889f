#include <cstdlib>
#include <string_view>

#include "pruning_core/eval/prediction_file.h"
#include "pruning_core/eval/squad_metrics.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/fuzz/fuzz_target.h"

// The first byte is the number of examples; the bytes are read as labels, as answers, and as text
// whose normal form must be its own.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep::core;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const DataSource source{.path = "file", .field = "--predictions"};
  try {
    if (ParseLabels(bytes, data[0], source).size() != data[0]) std::abort();
  } catch (const UserError&) {
  }
  try {
    (void)ParseAnswers(bytes, source);
  } catch (const UserError&) {
  }
  const std::string normal = NormalizeAnswer(bytes);
  if (NormalizeAnswer(normal) != normal) std::abort();
  const AnswerScore same = ScoreAnswer(bytes, {{std::string(bytes)}}, SquadRules::kVersion2);
  if (same.exact_match != 1 || same.f1 != 1) std::abort();
  return 0;
}
