#include "coordinator/sweep/sweep_parser.h"

#include <fmt/format.h>

#include "coordinator/sweep/key_reader.h"
#include "coordinator/sweep/sweep_fields.h"
#include "coordinator/sweep/sweep_rules.h"
#include "coordinator/sweep/yaml_tree.h"

namespace sparsweep::coordinator::sweep {
namespace {

constexpr char kSynonym[] = "target_density";

// `target_density` is another word for `density`.
void RenameSynonyms(YamlNode& mapping) {
  for (YamlEntry& entry : mapping.entries) {
    if (entry.key == kSynonym && mapping.Find("density") == nullptr) entry.key = "density";
  }
}

void RenameSynonyms(YamlNode& root, std::string_view key) {
  for (YamlEntry& entry : root.entries) {
    if (entry.key != key) continue;
    RenameSynonyms(entry.value);
    for (YamlNode& item : entry.value.items) RenameSynonyms(item);
  }
}

template <class Part>
void ListKeys(const std::string& prefix, Part& part, std::vector<std::string>& keys) {
  VisitKeys(part, [&](const char* key, auto& field) {
    keys.push_back(prefix + key);
    if constexpr (KeyedPart<std::remove_reference_t<decltype(field)>>) {
      ListKeys(fmt::format("{}{}.", prefix, key), field, keys);
    }
  });
}

}  // namespace

absl::StatusOr<SweepSpec> ParseSweep(const SweepSource& source) {
  auto tree = ParseYaml(source.yaml, source.file);
  if (!tree.ok()) return tree.status();
  RenameSynonyms(*tree, "pruning");
  RenameSynonyms(*tree, "groups");
  SweepSpec spec;
  spec.file = source.file;
  KeyReader reader(spec);
  reader.Read(*tree, "", spec);
  if (!reader.status().ok()) return reader.status();
  if (!spec.marks.contains("training.checkpoint_every")) {
    spec.training.checkpoint_every = spec.training.evaluate_every;
  }
  CheckRules(spec, reader);
  ResolvePaths(source.base_directory, spec, reader);
  if (!reader.status().ok()) return reader.status();
  return spec;
}

std::vector<std::string> SweepKeys() {
  SweepSpec spec;
  std::vector<std::string> keys;
  ListKeys("", spec, keys);
  VisitGroupFields(spec.training, spec.pruning, [&keys](const char* key, const auto&) {
    keys.push_back(fmt::format("groups.{}", key));
  });
  keys.push_back(fmt::format("pruning.{}", kSynonym));
  keys.push_back(fmt::format("groups.{}", kSynonym));
  return keys;
}

}  // namespace sparsweep::coordinator::sweep
