#include "tests/support/scripted_trainer_files.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "contract/safetensors_header.h"

namespace sparsweep::test {
namespace {

constexpr int64_t kSide = 32;
constexpr uint64_t kCheckpointLimit = 1 << 16;

uint64_t Hash(std::string_view text) {
  uint64_t value = 0;
  (void)absl::SimpleHexAtoi(contract::ContentHash(text), &value);
  return value;
}

// What the run's outcome depends on.
std::string Point(const contract::TrialSpec& spec) {
  return absl::StrCat(spec.pruning.method, "/", spec.pruning.lambda.value_or(0), "/",
                      spec.pruning.density.value_or(1), "/", spec.seed, "/", spec.training.steps);
}

double FinalDensity(const contract::TrialSpec& spec) {
  if (spec.pruning.density.has_value()) return *spec.pruning.density;
  if (spec.pruning.lambda.has_value()) return 1 / (1 + *spec.pruning.lambda / 100);
  return 1;
}

}  // namespace

ScriptedState InitialState(const contract::TrialSpec& spec) {
  return {.step = 0, .digest = Hash(Point(spec))};
}

void TakeStep(const contract::TrialSpec& spec, ScriptedState* state) {
  ++state->step;
  state->digest = Hash(absl::StrCat(Point(spec), "/", state->step, "/", state->digest));
}

double ScriptedDensity(const contract::TrialSpec& spec, int64_t step) {
  const double left = 1 - static_cast<double>(step) / spec.training.steps;
  const double final = FinalDensity(spec);
  return final + (1 - final) * left * left * left;
}

double ScriptedScore(const contract::TrialSpec& spec, const ScriptedState& state) {
  const double noise = static_cast<double>(state.digest >> 11) / static_cast<double>(1ULL << 53);
  return 0.9 + 0.05 * std::log10(ScriptedDensity(spec, state.step)) + 0.01 * noise;
}

double ExpectedScore(const contract::TrialSpec& spec) {
  ScriptedState state = InitialState(spec);
  while (state.step < spec.training.steps) TakeStep(spec, &state);
  return ScriptedScore(spec, state);
}

std::vector<contract::MaskMatrix> ScriptedMasks(const contract::TrialSpec& spec) {
  std::vector<contract::MaskMatrix> masks;
  const int64_t ones = std::llround(FinalDensity(spec) * kSide * kSide);
  for (const char* name :
       {"encoder.layer.0.attention.self.query.weight", "encoder.layer.0.output.dense.weight"}) {
    contract::MaskMatrix mask{.name = name, .rows = kSide, .columns = kSide, .bits = {}};
    mask.bits.resize(kSide * kSide / 8);
    const uint64_t start = Hash(absl::StrCat(Point(spec), name)) % (kSide * kSide);
    for (int64_t i = 0; i < ones; ++i) {
      // An odd stride visits every element once.
      const uint64_t element = (start + static_cast<uint64_t>(i) * 389) % (kSide * kSide);
      mask.bits[element / 8] |= static_cast<uint8_t>(1U << (element % 8));
    }
    masks.push_back(std::move(mask));
  }
  return masks;
}

absl::StatusOr<std::string> SaveState(const std::string& path, const ScriptedState& state) {
  const std::string digest = absl::StrCat(state.digest);
  const std::string bytes =
      absl::StrCat(contract::SerializeSafetensorsHeader(
                       {{.name = "state", .dtype = "U8", .shape = {8}, .begin = 0, .end = 8}},
                       {{"step", absl::StrCat(state.step)},
                        {"digest", digest},
                        {"xxh3", contract::ContentHash(absl::StrCat(state.step, "/", digest))}}),
                   "scripted");
  if (absl::Status written = base::WriteFileAtomically(path, bytes); !written.ok()) return written;
  return contract::ContentHash(bytes);
}

absl::StatusOr<ScriptedState> LoadState(const std::string& path) {
  const absl::StatusOr<std::string> bytes = base::ReadFile(path, kCheckpointLimit);
  if (!bytes.ok()) return absl::DataLossError(bytes.status().message());
  const auto header = contract::ParseSafetensorsHeader(*bytes, bytes->size());
  if (!header.ok()) return absl::DataLossError(header.status().message());
  const auto value = [&header](const char* key) {
    const auto found = header->metadata.find(key);
    return found == header->metadata.end() ? std::string() : found->second;
  };
  ScriptedState state;
  if (contract::ContentHash(value("step") + "/" + value("digest")) != value("xxh3") ||
      !absl::SimpleAtoi(value("step"), &state.step) ||
      !absl::SimpleAtoi(value("digest"), &state.digest)) {
    return absl::DataLossError("its checksum does not fit");
  }
  return state;
}

}  // namespace sparsweep::test
