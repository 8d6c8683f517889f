#include "pruning_core/model_io/safetensors_reader.h"

#include <ATen/ops/empty.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "pruning_core/model_io/dtype.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr size_t kLengthBytes = 8;

[[noreturn]] void Refuse(const std::string& path, std::string_view tensor, std::string problem) {
  throw UserError("BAD_SAFETENSORS", path, std::string(tensor),
                  fmt::format("{}: {}; fetch or write the file again", path, problem));
}

void ReadAt(int descriptor, const std::string& path, void* into, size_t size, uint64_t offset) {
  auto* bytes = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t got = pread(descriptor, bytes, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "reading " + path);
    if (got == 0) Refuse(path, "", "the file became shorter while it was read");
    bytes += got;
    size -= static_cast<size_t>(got);
    offset += static_cast<uint64_t>(got);
  }
}

contract::SafetensorsHeader ReadHeader(int descriptor, const std::string& path) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) {
    throw std::system_error(errno, std::generic_category(), "reading " + path);
  }
  if (!S_ISREG(status.st_mode)) Refuse(path, "", "not a regular file");
  const auto file_size = static_cast<uint64_t>(status.st_size);
  std::string prefix(std::min<uint64_t>(kLengthBytes, file_size), '\0');
  ReadAt(descriptor, path, prefix.data(), prefix.size(), 0);
  const absl::StatusOr<uint64_t> data_start = contract::SafetensorsDataStart(prefix, file_size);
  if (!data_start.ok()) Refuse(path, "", std::string(data_start.status().message()));
  prefix.resize(*data_start);
  ReadAt(descriptor, path, prefix.data(), prefix.size(), 0);
  absl::StatusOr<contract::SafetensorsHeader> header =
      contract::ParseSafetensorsHeader(prefix, file_size);
  if (!header.ok()) Refuse(path, "", std::string(header.status().message()));
  return *std::move(header);
}

}  // namespace

SafetensorsReader::SafetensorsReader(std::string path) : path_(std::move(path)) {
  descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    const std::string why = std::generic_category().message(errno);
    throw UserError("FILE_NOT_FOUND", path_, "", fmt::format("{}: cannot open: {}", path_, why));
  }
  try {
    header_ = ReadHeader(descriptor_, path_);
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

SafetensorsReader::SafetensorsReader(SafetensorsReader&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      header_(std::move(other.header_)) {}

SafetensorsReader& SafetensorsReader::operator=(SafetensorsReader&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(header_, other.header_);
  return *this;
}

SafetensorsReader::~SafetensorsReader() {
  if (descriptor_ >= 0) close(descriptor_);
}

at::Tensor SafetensorsReader::Read(std::string_view name) const {
  const contract::TensorEntry& entry = Entry(name);
  const std::optional<at::ScalarType> type = TypeOfDtype(entry.dtype);
  if (!type) Refuse(path_, name, fmt::format("tensor '{}' has type {}", name, entry.dtype));
  at::Tensor tensor = at::empty(entry.shape, at::TensorOptions().dtype(*type));
  ReadBytes(entry, tensor.data_ptr());
  return tensor;
}

at::Tensor SafetensorsReader::ReadFloat(std::string_view name) const {
  at::Tensor tensor = Read(name);
  const at::ScalarType type = tensor.scalar_type();
  if (type != at::kFloat && type != at::kHalf && type != at::kBFloat16) {
    Refuse(path_, name,
           fmt::format("tensor '{}' has type {}, not F32, F16 or BF16", name, DtypeOfType(type)));
  }
  return tensor.to(at::kFloat);
}

void SafetensorsReader::ReadInto(std::string_view name, const at::Tensor& into) const {
  const contract::TensorEntry& entry = Entry(name);
  const std::string_view type = DtypeOfType(into.scalar_type());
  if (entry.dtype != type || into.sizes() != at::IntArrayRef(entry.shape)) {
    Refuse(path_, name,
           fmt::format("tensor '{}' is {} [{}], expected {} [{}]", name, entry.dtype,
                       fmt::join(entry.shape, ", "), type, fmt::join(into.sizes(), ", ")));
  }
  TORCH_CHECK(into.is_contiguous(), "contiguous tensor expected");
  ReadBytes(entry, into.data_ptr());
}

const contract::TensorEntry& SafetensorsReader::Entry(std::string_view name) const {
  const contract::TensorEntry* entry = header_.Find(name);
  if (entry == nullptr) Refuse(path_, name, fmt::format("there is no tensor '{}'", name));
  return *entry;
}

void SafetensorsReader::ReadBytes(const contract::TensorEntry& entry, void* into) const {
  ReadAt(descriptor_, path_, into, entry.end - entry.begin, header_.data_start + entry.begin);
}

}  // namespace sparsweep::core
