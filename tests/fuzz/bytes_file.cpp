#include "tests/fuzz/bytes_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sparsweep::fuzz {
namespace {

class ScratchFolder {
 public:
  ScratchFolder() {
    path_ = std::filesystem::is_directory("/dev/shm")
                ? std::string("/dev/shm/sparsweep-fuzz-XXXXXX")
                : (std::filesystem::temp_directory_path() / "sparsweep-fuzz-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

const std::string& Folder() {
  static const ScratchFolder folder;
  return folder.path();
}

std::string WriteFile(std::string_view name, std::string_view bytes) {
  std::string path = Folder() + "/" + std::string(name);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) std::abort();
  return path;
}

void RemoveFile(std::string_view name) {
  std::error_code ignored;
  std::filesystem::remove(Folder() + "/" + std::string(name), ignored);
}

}  // namespace sparsweep::fuzz
