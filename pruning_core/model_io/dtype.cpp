#include "pruning_core/model_io/dtype.h"

#include <array>
#include <utility>

namespace sparsweep::core {
namespace {

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> kTypes{
    {{"F64", at::ScalarType::Double},
     {"F32", at::ScalarType::Float},
     {"F16", at::ScalarType::Half},
     {"BF16", at::ScalarType::BFloat16},
     {"I64", at::ScalarType::Long},
     {"I32", at::ScalarType::Int},
     {"I16", at::ScalarType::Short},
     {"I8", at::ScalarType::Char},
     {"U8", at::ScalarType::Byte},
     {"BOOL", at::ScalarType::Bool}}};

}  // namespace

std::optional<at::ScalarType> TypeOfDtype(std::string_view dtype) {
  for (const auto& [name, type] : kTypes) {
    if (name == dtype) return type;
  }
  return std::nullopt;
}

std::string_view DtypeOfType(at::ScalarType type) {
  for (const auto& [name, known] : kTypes) {
    if (known == type) return name;
  }
  return {};
}

}  // namespace sparsweep::core
