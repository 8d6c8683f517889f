#include "pruning_core/tokenizer/tokenizer_json.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract/strict_json.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kLimit = uint64_t{64} << 20;

}  // namespace

std::optional<nlohmann::json> ReadJsonObject(const std::string& path, const std::string& field) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  const auto fail = [&](const std::string& what) {
    throw UserError("BAD_TOKENIZER", field, path, fmt::format("{}: {}", path, what));
  };
  if (std::filesystem::file_size(path, error) > kLimit || error)
    fail("not a file of at most 64 MiB");
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot be read; check its permissions");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto parsed = contract::ParseStrictJson(text, kLimit, "content");
  if (!parsed.ok()) fail(std::string(parsed.status().message()) + "; get the file again");
  if (!parsed->is_object()) fail("not a JSON object; get the file again");
  return *std::move(parsed);
}

}  // namespace sparsweep::core
