#include "pruning_core/model_io/shard_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract/strict_json.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;

constexpr size_t kMaxFile = size_t{16} << 20;  // bytes
constexpr size_t kMaxShards = 1000;

[[noreturn]] void Refuse(const std::string& file, const std::string& value,
                         const std::string& problem) {
  throw UserError("BAD_SHARD_INDEX", file, value,
                  fmt::format("{}: {}; fetch the model directory again", file, problem));
}

bool IsPlainName(std::string_view name) {
  return name.size() <= 255 && name.find_first_of(std::string_view("/\\\0", 3)) == name.npos &&
         name.ends_with(".safetensors");
}

std::string Path(const std::string& directory, std::string_view name) {
  return fmt::format("{}/{}", directory, name);
}

}  // namespace

ShardIndex ParseShardIndex(std::string_view text, const std::string& file) {
  const auto parsed = contract::ParseStrictJson(text, kMaxFile, "content");
  if (!parsed.ok()) Refuse(file, "", std::string(parsed.status().message()));
  const auto map = parsed->is_object() ? parsed->find("weight_map") : parsed->end();
  if (!parsed->is_object() || map == parsed->end() || !map->is_object() || map->empty()) {
    Refuse(file, "", "no weight_map with tensors");
  }
  std::map<std::string, size_t> numbers;  // by shard
  for (const auto& [tensor, shard] : map->items()) {
    if (!shard.is_string() || !IsPlainName(shard.get_ref<const std::string&>())) {
      Refuse(file, contract::Shown(shard),
             fmt::format("tensor {} lies in {}, which is not the name of a .safetensors file of "
                         "this directory",
                         contract::Shown(tensor), contract::Shown(shard)));
    }
    numbers[shard.get<std::string>()] = 0;
  }
  if (numbers.size() > kMaxShards) {
    Refuse(file, std::to_string(numbers.size()),
           fmt::format("{} shards, at most {} can be read", numbers.size(), kMaxShards));
  }
  ShardIndex index;
  for (auto& [shard, number] : numbers) {
    number = index.files.size();
    index.files.push_back(shard);
  }
  for (const auto& [tensor, shard] : map->items()) {
    index.tensors[tensor] = numbers.at(shard.get_ref<const std::string&>());
  }
  return index;
}

ShardIndex ReadShardIndex(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  // One byte more than allowed tells a file that is too long.
  std::string text(kMaxFile + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.empty()) Refuse(file, "", "cannot be read or is empty");
  return ParseShardIndex(text, file);
}

std::vector<std::string> WeightFiles(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::exists(Path(directory, kWeightsFile), error) ||
      !std::filesystem::exists(Path(directory, kShardIndexFile), error)) {
    return {std::string(kWeightsFile)};
  }
  ShardIndex index = ReadShardIndex(Path(directory, kShardIndexFile));
  index.files.insert(index.files.begin(), std::string(kShardIndexFile));
  return std::move(index.files);
}

}  // namespace sparsweep::core
