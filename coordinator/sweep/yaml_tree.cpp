#include "coordinator/sweep/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace sparsweep::coordinator::sweep {
namespace {

constexpr size_t kMaxKeys = 256;  // keeps the search for duplicates cheap

// Ends the parse from inside a callback; caught in ParseYaml.
struct Refusal {
  Mark mark;
  std::string message;
};

Mark ToMark(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

// Builds the tree from yaml-cpp's events. `open_` is the path from the root to the node being
// filled; a mapping's keys and values arrive in turn.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    Add({.kind = YamlKind::kNull, .mark = ToMark(mark), .entries = {}});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{ToMark(mark), kNoAliases};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    Add({.kind = YamlKind::kScalar,
         .mark = ToMark(mark),
         .scalar = value,
         .quoted = tag == "!",
         .entries = {}});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlKind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlKind::kMapping);
  }
  void OnMapEnd() override { Close(); }

  [[nodiscard]] YamlNode Take() { return std::move(root_); }

 private:
  static constexpr char kNoAliases[] = "anchors and aliases are not supported; write the value out";

  static void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refusal{ToMark(mark), kNoAliases};
  }
  // yaml-cpp gives "?" to plain and "!" to quoted nodes, "" to some collections.
  static void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw Refusal{ToMark(mark), "tags are not supported; remove the '!…'"};
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlKind kind) {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    if (stack_.size() >= kMaxYamlDepth) {
      throw Refusal{ToMark(mark), fmt::format("nested deeper than {} levels", kMaxYamlDepth)};
    }
    stack_.push_back({{.kind = kind, .mark = ToMark(mark), .entries = {}}, {}, {}, false});
  }
  void Close() {
    YamlNode done = std::move(stack_.back().node);
    stack_.pop_back();
    Add(std::move(done));
  }
  void Add(YamlNode node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = stack_.back();
    if (level.node.kind == YamlKind::kSequence) {
      level.node.items.push_back(std::move(node));
    } else if (!level.has_key) {
      TakeKey(level, node);
    } else {
      level.node.entries.push_back({std::move(level.key), level.key_mark, std::move(node)});
      level.has_key = false;
    }
  }

  struct Level {
    YamlNode node;
    std::string key;
    Mark key_mark;
    bool has_key;
  };
  static void TakeKey(Level& level, YamlNode& node) {
    if (node.kind != YamlKind::kScalar) throw Refusal{node.mark, "a key must be a word"};
    if (level.node.entries.size() >= kMaxKeys) {
      throw Refusal{node.mark, fmt::format("more than {} keys in one mapping", kMaxKeys)};
    }
    if (const YamlNode* first = level.node.Find(node.scalar)) {
      throw Refusal{node.mark, fmt::format("key '{}' stands twice; the first is in line {}",
                                           node.scalar.substr(0, 64), first->mark.line)};
    }
    level.key = std::move(node.scalar);
    level.key_mark = node.mark;
    level.has_key = true;
  }

  YamlNode root_;
  std::vector<Level> stack_;
};

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

absl::StatusOr<YamlNode> ParseYaml(std::string_view text, std::string_view file) {
  if (text.size() > kMaxYamlBytes) {
    return ErrorAt(
        file, {1, 1}, "",
        fmt::format("{} bytes; a sweep file has at most {}", text.size(), kMaxYamlBytes));
  }
  if (text.find('\0') != std::string_view::npos) {
    return ErrorAt(file, {1, 1}, "", "holds a NUL byte; a sweep file is text");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) {
      return ErrorAt(file, {1, 1}, "", "is empty; a sweep file begins with name, model and task");
    }
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) {
      return ErrorAt(file, second.Take().mark, "", "a second document; a sweep file holds one");
    }
    return builder.Take();
  } catch (const Refusal& refusal) {
    return ErrorAt(file, refusal.mark, "", refusal.message);
  } catch (const YAML::Exception& error) {
    const Mark mark = error.mark.is_null() ? Mark{1, 1} : ToMark(error.mark);
    return ErrorAt(file, mark, "", fmt::format("not YAML: {}", error.msg));
  }
}

}  // namespace sparsweep::coordinator::sweep
