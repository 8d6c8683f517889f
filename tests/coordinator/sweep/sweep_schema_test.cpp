// sweeps/sweep.schema.json, the parser and the examples say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "contract/task_metrics.h"
#include "contract/validate.h"
#include "coordinator/search/points.h"
#include "coordinator/sweep/canonical_form.h"
#include "coordinator/sweep/sweep_parser.h"

namespace sparsweep::coordinator::sweep {
namespace {

using nlohmann::json;

constexpr char kSweeps[] = SPARSWEEP_SOURCE_DIR "/sweeps/";
constexpr uint64_t kMaxBytes = 1 << 20;

json Schema() {
  const auto text = base::ReadFile(std::string(kSweeps) + "sweep.schema.json", kMaxBytes);
  EXPECT_TRUE(text.ok()) << text.status();
  return json::parse(*text);
}

// The schema that `node` stands for, references followed.
const json& Resolve(const json& schema, const json& node) {
  if (!node.contains("$ref")) return node;
  const std::string pointer = node["$ref"].get<std::string>().substr(1);
  return schema.at(json::json_pointer(pointer));
}

void ListKeys(const json& schema, const json& node, const std::string& prefix,
              std::set<std::string>& keys) {
  const json properties = node.value("properties", json::object());
  for (const auto& [key, value] : properties.items()) {
    keys.insert(prefix + key);
    const json& inner = Resolve(schema, value);
    ListKeys(schema, inner, prefix + key + ".", keys);
    if (inner.contains("items")) ListKeys(schema, inner["items"], prefix + key + ".", keys);
  }
}

TEST(SweepSchema, KnowsTheParsersKeys) {
  std::set<std::string> keys;
  const json schema = Schema();
  ListKeys(schema, schema, "", keys);
  const auto known = SweepKeys();
  EXPECT_THAT(keys, ::testing::ContainerEq(std::set<std::string>(known.begin(), known.end())));
}

TEST(SweepSchema, RefusesOtherKeysEverywhere) {
  const json schema = Schema();
  EXPECT_EQ(schema["additionalProperties"], false);
  for (const auto& [key, value] : schema["properties"].items()) {
    if (value.value("type", "") == "object") {
      EXPECT_EQ(value["additionalProperties"], false) << key;
    }
  }
}

// Where the schema names a default, the canonical form of the smallest sweep has it.
TEST(SweepSchema, KnowsTheParsersDefaults) {
  const auto spec = ParseSweep(
      {"name: small\nmodel: {path: /m}\ntask: {train: /t, dev: /d, format: {text: [a]}}\n"
       "training: {steps: 10}\ngroups: [{method: dense}]\n",
       ""});
  ASSERT_TRUE(spec.ok()) << spec.status();
  const json canonical = json::parse(CanonicalJson(*spec));
  const json schema = Schema();
  int compared = 0;
  const std::function<void(const json&, const json&, const std::string&)> compare =
      [&](const json& node, const json& value, const std::string& path) {
        const json& resolved = Resolve(schema, node);
        if (resolved.contains("default")) {
          EXPECT_EQ(resolved["default"], value) << path;
          ++compared;
        }
        const json properties = resolved.value("properties", json::object());
        for (const auto& [key, inner] : properties.items()) {
          if (value.contains(key)) compare(inner, value[key], path + "." + key);
        }
      };
  compare(schema, canonical, "");
  EXPECT_GT(compared, 25);
}

TEST(SweepSchema, EveryChoiceItOffersIsTaken) {
  const json schema = Schema();
  for (const json& method : schema["$defs"]["method"]["enum"]) {
    const std::string name = method.get<std::string>();
    const std::string strength = name == "dense"               ? ""
                                 : contract::IsPenalized(name) ? ", lambda: 100"
                                                               : ", density: 0.1";
    for (const json& numerics : schema["$defs"]["numerics"]["enum"]) {
      const auto spec = ParseSweep(
          {"name: small\nmodel: {path: /m}\ntask: {train: /t, dev: /d, format: {text: [a]}}\n"
           "training: {steps: 1000}\npruning: {numerics: " +
               numerics.get<std::string>() + "}\ngroups: [{method: " + name + strength + "}]\n",
           ""});
      ASSERT_TRUE(spec.ok()) << spec.status();
      EXPECT_TRUE(search::LayOutPoints(*spec).ok()) << name;
    }
  }
}

std::set<std::string> Choices(const json& node) {
  return node["enum"].get<std::set<std::string>>();
}

TEST(SweepSchema, OffersEveryLayoutAndMetric) {
  const json schema = Schema();
  const auto& layouts = contract::Layouts();
  EXPECT_EQ(Choices(schema["properties"]["task"]["properties"]["format"]["properties"]["layout"]),
            std::set<std::string>(layouts.begin(), layouts.end()));
  std::set<std::string> metrics;
  for (const char* kind : {"classification", "regression", "span"}) {
    contract::TaskSpec task;
    task.kind = kind;
    task.dev_mismatched = "/m";  // for accuracy_mismatched
    const auto of_kind = contract::MetricsOf(task);
    metrics.insert(of_kind.begin(), of_kind.end());
  }
  EXPECT_EQ(Choices(schema["properties"]["metric"]["properties"]["name"]), metrics);
}

TEST(SweepExamples, AreRight) {
  int examples = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSweeps)) {
    if (entry.path().extension() != ".yaml") continue;
    ++examples;
    const auto text = base::ReadFile(entry.path().string(), kMaxBytes);
    ASSERT_TRUE(text.ok()) << text.status();
    const auto spec = ParseSweep({*text, "/base", entry.path().filename().string()});
    ASSERT_TRUE(spec.ok()) << spec.status();
    const auto points = search::LayOutPoints(*spec);
    EXPECT_TRUE(points.ok()) << points.status();
    const std::string stem = entry.path().stem().string();
    EXPECT_EQ(spec->name,
              entry.path().parent_path().filename() == "paper" ? "paper-" + stem : stem);
  }
  EXPECT_GE(examples, 15);
}

}  // namespace
}  // namespace sparsweep::coordinator::sweep
