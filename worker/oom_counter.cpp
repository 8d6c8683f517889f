#include "worker/oom_counter.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"

namespace sparsweep::worker {
namespace {

constexpr uint64_t kLimit = 64 << 10;

// The number behind "oom_kill " in a file of such lines.
std::optional<uint64_t> OomLine(const std::string& path) {
  const auto text = base::ReadFile(path, kLimit);
  if (!text.ok()) return std::nullopt;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    uint64_t count = 0;
    if (absl::ConsumePrefix(&line, "oom_kill ") && absl::SimpleAtoi(line, &count)) return count;
  }
  return std::nullopt;
}

}  // namespace

uint64_t OomKills() {
  const auto groups = base::ReadFile("/proc/self/cgroup", kLimit);
  if (groups.ok()) {
    for (absl::string_view line : absl::StrSplit(*groups, '\n')) {
      if (!absl::ConsumePrefix(&line, "0::")) continue;
      const auto count = OomLine("/sys/fs/cgroup" + std::string(line) + "/memory.events");
      if (count.has_value()) return *count;
    }
  }
  return OomLine("/proc/vmstat").value_or(0);
}

}  // namespace sparsweep::worker
