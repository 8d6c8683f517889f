// YAML text as a small tree in which every node knows its line and column. The text is untrusted:
// its size and depth are bounded, anchors and aliases are refused (so no alias bomb), so are tags,
// a second document and a key that stands twice in one mapping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/sweep/source_location.h"

namespace sparsweep::coordinator::sweep {

inline constexpr size_t kMaxYamlBytes = 1 << 20;
inline constexpr size_t kMaxYamlDepth = 16;

enum class YamlKind { kNull, kScalar, kSequence, kMapping };

struct YamlEntry;

struct YamlNode {
  YamlKind kind = YamlKind::kNull;
  Mark mark;
  std::string scalar{};            // kScalar
  bool quoted = false;             // kScalar: '…', "…", | or >, so always text
  std::vector<YamlNode> items{};   // kSequence
  std::vector<YamlEntry> entries;  // kMapping, in the order of the file

  // nullptr when there is no such key.
  [[nodiscard]] const YamlNode* Find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  Mark mark;
  YamlNode value;
};

// INVALID_ARGUMENT as in source_location.h; `file` is only for the message.
[[nodiscard]] absl::StatusOr<YamlNode> ParseYaml(std::string_view text, std::string_view file);

}  // namespace sparsweep::coordinator::sweep
