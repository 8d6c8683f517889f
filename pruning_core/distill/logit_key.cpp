#include "pruning_core/distill/logit_key.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <memory>
#include <new>
#include <string_view>

#include "base/version.h"
#include "pruning_core/distill/teacher_pass.h"

namespace sparsweep::core {
namespace {

class Hasher {
 public:
  Hasher() : state_(XXH3_createState(), XXH3_freeState) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }
  void Add(const void* bytes, size_t size) { XXH3_128bits_update(state_.get(), bytes, size); }
  // With its length, so that neighbours cannot run together.
  void Add(std::string_view text) {
    const std::string framed = fmt::format("{}:{}\n", text.size(), text);
    Add(framed.data(), framed.size());
  }
  [[nodiscard]] std::string Hex() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  }

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

}  // namespace

std::string TeacherHash(const BertModel& teacher) {
  Hasher hasher;
  const BertConfig& config = teacher.config();
  hasher.Add(fmt::format("heads {}, epsilon {}, padding {}, activation {}",
                         config.num_attention_heads, config.layer_norm_eps, config.pad_token_id,
                         static_cast<int>(config.activation)));
  for (const Parameter& parameter : teacher.parameters()) {
    hasher.Add(fmt::format("{} {}", parameter.name, parameter.value.numel()));
    const at::Tensor value = parameter.value.cpu();
    hasher.Add(value.const_data_ptr(), value.nbytes());
  }
  return hasher.Hex();
}

std::string LogitKey(const std::string& teacher_hash, const Dataset& dataset, int64_t positions) {
  Hasher hasher;
  hasher.Add(fmt::format("teacher logits 2, {}, {}, batch {}, positions {}, threads {}, {}",
                         teacher_hash, base::kVersion, kTeacherBatch, positions,
                         at::get_num_threads(), at::get_cpu_capability()));
  for (uint32_t row = 0; row < dataset.size(); ++row) {
    const auto ids = dataset.Ids(row);
    hasher.Add(fmt::format("{} {}", ids.size(), dataset.SecondBegin(row)));
    hasher.Add(ids.data(), ids.size_bytes());
  }
  return hasher.Hex();
}

}  // namespace sparsweep::core
