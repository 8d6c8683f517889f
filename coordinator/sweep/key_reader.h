// Reads the keys of a sweep file into its structs and keeps the first problem. Private to this
// folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/sweep/sweep_fields.h"
#include "coordinator/sweep/yaml_tree.h"

namespace sparsweep::coordinator::sweep {

// After the first problem the rest of what is read means nothing.
class KeyReader {
 public:
  // Fills spec.marks as it goes. `spec` outlives the reader.
  explicit KeyReader(SweepSpec& spec) : spec_(spec) {}

  // Every key of `node` goes into the field of the same name; a key without a field is refused.
  template <KeyedPart Part>
  void Read(const YamlNode& node, const std::string& path, Part& part) {
    if (!Expect(node, YamlKind::kMapping, path, "a mapping")) return;
    std::vector<std::string_view> known;
    VisitKeys(part, [&](std::string_view key, auto& field) {
      known.push_back(key);
      if (const YamlNode* value = node.Find(key)) Read(*value, Join(path, key), field);
    });
    RefuseOthers(node, path, known);
  }
  void Read(const YamlNode& node, const std::string& path, std::string& field);
  void Read(const YamlNode& node, const std::string& path, bool& field);
  void Read(const YamlNode& node, const std::string& path, double& field);
  void Read(const YamlNode& node, const std::string& path, std::optional<double>& field);
  void Read(const YamlNode& node, const std::string& path, uint32_t& field);
  void Read(const YamlNode& node, const std::string& path, uint64_t& field);
  void Read(const YamlNode& node, const std::string& path, std::vector<std::string>& field);
  void Read(const YamlNode& node, const std::string& path, std::vector<uint64_t>& field);
  void Read(const YamlNode& node, const std::string& path, std::vector<Group>& field);

  void Fail(Mark mark, std::string_view field, std::string_view message);
  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  void ReadGroup(const YamlNode& node, const std::string& path, Group& group);
  void ReadAxis(const YamlNode& node, const std::string& path, Axis& axis, auto& scratch);
  bool Expect(const YamlNode& node, YamlKind kind, const std::string& path,
              std::string_view expected);
  // The scalar's text, or nullopt after Fail.
  std::optional<std::string_view> Plain(const YamlNode& node, const std::string& path,
                                        std::string_view expected);
  void RefuseOthers(const YamlNode& node, const std::string& path,
                    const std::vector<std::string_view>& known);
  void Mistyped(const YamlNode& node, const std::string& path, std::string_view expected);
  static std::string Join(const std::string& path, std::string_view key);

  SweepSpec& spec_;
  absl::Status status_;
};

}  // namespace sparsweep::coordinator::sweep
