// model.safetensors.index.json: which of several files holds which tensor. Untrusted bytes. No
// torch.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

inline constexpr std::string_view kWeightsFile = "model.safetensors";
inline constexpr std::string_view kShardIndexFile = "model.safetensors.index.json";

struct ShardIndex {
  std::vector<std::string> files;         // names in the directory, sorted; at least one
  std::map<std::string, size_t> tensors;  // number in `files` by tensor
};

// `file` is named in errors. Throws UserError (BAD_SHARD_INDEX, field = file): above 16 MiB, not
// JSON, no weight_map of texts, more than 1,000 shards, a shard that is not the plain name of a
// .safetensors file (a path could lead out of the directory).
[[nodiscard]] ShardIndex ParseShardIndex(std::string_view json, const std::string& file);

// Of a file of a directory. Throws UserError as well when it cannot be read.
[[nodiscard]] ShardIndex ReadShardIndex(const std::string& file);

// The files that hold a directory's weights: kWeightsFile where it exists, else kShardIndexFile and
// its shards; kWeightsFile where neither does. Throws UserError (BAD_SHARD_INDEX).
[[nodiscard]] std::vector<std::string> WeightFiles(const std::string& directory);

}  // namespace sparsweep::core
