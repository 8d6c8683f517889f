#include "pruning_core/eval/prediction_file.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "contract/strict_json.h"
#include "fmt/format.h"

namespace sparsweep::core {
namespace {

constexpr char kReason[] = "BAD_PREDICTIONS";
constexpr std::string_view kHeader = "index\tprediction";

// Without line ends; the last line may lack its own.
std::vector<std::string_view> Lines(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> IndexedLabels(std::span<const std::string_view> rows,
                                       const DataSource& source) {
  std::vector<std::string> labels(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t line = i + 2;  // behind the header
    const std::string_view row = rows[i];
    const size_t tab = row.find('\t');
    if (tab == std::string_view::npos || row.find('\t', tab + 1) != std::string_view::npos) {
      source.Fail(kReason, std::string(row),
                  fmt::format("line {}: {} is not an index, a tab and a label", line, Quoted(row)));
    }
    const std::string_view digits = row.substr(0, tab);
    size_t index = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() ||
        index >= rows.size()) {
      source.Fail(kReason, std::string(digits),
                  fmt::format("line {}: index {} is none of 0 to {}", line, Quoted(digits),
                              rows.size() - 1));
    }
    if (!labels[index].empty()) {
      source.Fail(kReason, std::string(digits),
                  fmt::format("line {}: index {} stands twice", line, index));
    }
    labels[index] = row.substr(tab + 1);
    if (labels[index].empty()) {
      source.Fail(kReason, "", fmt::format("line {}: index {} has no label", line, index));
    }
  }
  return labels;
}

}  // namespace

std::unordered_map<std::string, std::string> ParseAnswers(std::string_view bytes,
                                                          const DataSource& source) {
  const auto parsed =
      contract::ParseStrictJson(bytes, std::numeric_limits<size_t>::max(), "predictions");
  if (!parsed.ok()) {
    source.Fail(kReason, "",
                fmt::format("cannot be read: {}", std::string(parsed.status().message())));
  }
  if (!parsed->is_object()) {
    source.Fail(kReason, contract::Shown(*parsed),
                R"(is not a JSON object {"question id": "answer", …})");
  }
  std::unordered_map<std::string, std::string> answers;
  for (const auto& [id, answer] : parsed->items()) {
    if (!answer.is_string()) {
      source.Fail(
          kReason, contract::Shown(answer),
          fmt::format("question {}: {} is not a string", Quoted(id), contract::Shown(answer)));
    }
    answers.emplace(id, answer.get_ref<const std::string&>());
  }
  return answers;
}

std::vector<std::string> ParseLabels(std::string_view bytes, size_t examples,
                                     const DataSource& source) {
  std::vector<std::string_view> lines = Lines(bytes);
  const bool indexed = !lines.empty() && lines.front() == kHeader;
  const std::span<const std::string_view> rows = std::span(lines).subspan(indexed ? 1 : 0);
  if (rows.size() != examples) {
    source.Fail(kReason, std::to_string(rows.size()),
                fmt::format("has {} predictions, the data has {} examples; give one a line",
                            rows.size(), examples));
  }
  if (indexed) return IndexedLabels(rows, source);
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool tab = rows[i].find('\t') != std::string_view::npos;
    if (!rows[i].empty() && !tab) continue;
    source.Fail(kReason, std::string(rows[i]),
                fmt::format("line {}: {}", i + 1,
                            tab ? "more than a label; the header 'index<TAB>prediction' must come "
                                  "before numbered rows"
                                : "has no label"));
  }
  return {rows.begin(), rows.end()};
}

}  // namespace sparsweep::core
