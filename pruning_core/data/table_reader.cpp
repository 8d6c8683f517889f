#include "pruning_core/data/table_reader.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "contract/nearest.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{4} << 30;
constexpr size_t kMaxLineBytes = size_t{1} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto length = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c < 0) return false;
  }
  return true;
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::vector<std::string_view> SplitTabs(std::string_view line) {
  std::vector<std::string_view> cells;
  for (size_t begin = 0;;) {
    const size_t end = line.find('\t', begin);
    cells.push_back(line.substr(begin, end - begin));
    if (end == std::string_view::npos) return cells;
    begin = end + 1;
  }
}

// Takes the next line off `rest`, without its end.
std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

struct Columns {
  std::vector<size_t> text;
  size_t label = 0;
  size_t count = 0;  // cells a line must have
};

// What is wrong with a line.
enum Fault { kEmpty, kNotUtf8, kTooLong, kTooFewColumns, kNoText, kNoLabel, kFaults };
constexpr std::array<std::string_view, kFaults> kFaultNames{
    "empty", "not UTF-8", "over 1 MiB", "with too few columns", "without text", "without a label"};

class TableParser {
 public:
  TableParser(const std::string& path, const std::string& field) : path_(path), field_(field) {}

  std::vector<RawExample> Parse(std::string_view rest, const contract::FormatSpec& format,
                                uint64_t limit) {
    if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
    const Columns columns = FindColumns(rest, format);
    std::vector<RawExample> examples;
    while (!rest.empty() && (limit == 0 || examples.size() + faulty_ < limit)) {
      ++line_;
      if (auto example = ReadLine(TakeLine(rest), columns)) {
        examples.push_back(*std::move(example));
      }
    }
    if (faulty_ > 0) FailMalformed();
    if (examples.empty()) {
      Fail("DATA_EMPTY", "", "has no examples; the file needs at least one line of data");
    }
    return examples;
  }

 private:
  [[noreturn]] void Fail(const std::string& reason, const std::string& value,
                         const std::string& what) const {
    throw UserError(reason, field_, value, fmt::format("{}: {} {}", field_, path_, what));
  }

  Columns FindColumns(std::string_view& rest, const contract::FormatSpec& format) {
    if (rest.empty()) Fail("DATA_EMPTY", "", "is empty");
    const bool sst2 = format.layout == "glue/sst2";
    std::string_view peek = rest;
    const std::string_view first = TakeLine(peek);
    std::vector<std::string> names;
    if (sst2 || format.header) {
      if (!IsUtf8(first)) Fail("DATA_MALFORMED", "", "has a header line that is not UTF-8");
      for (const std::string_view cell : SplitTabs(first)) names.emplace_back(cell);
      rest = peek;
      ++line_;
    } else {
      const size_t count = SplitTabs(first).size();
      for (size_t i = 1; i <= count; ++i) names.push_back(std::to_string(i));
    }
    const std::vector<std::string> text = sst2 ? std::vector<std::string>{"sentence"} : format.text;
    if (text.empty() || text.size() > 2) {
      throw UserError("BAD_FORMAT", "task.format.text", std::to_string(text.size()),
                      "task.format.text: name one or two text columns");
    }
    Columns columns;
    for (const std::string& name : text) {
      columns.text.push_back(Column(names, name, "task.format.text"));
    }
    columns.label = Column(names, sst2 ? "label" : format.label, "task.format.label");
    columns.count = std::max(columns.label, std::ranges::max(columns.text)) + 1;
    return columns;
  }

  size_t Column(const std::vector<std::string>& names, const std::string& name,
                const std::string& format_field) const {
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) return static_cast<size_t>(found - names.begin());
    const std::vector<std::string_view> known(names.begin(), names.end());
    throw UserError("COLUMN_NOT_FOUND", format_field, name,
                    fmt::format("{}: {} has no column '{}'{}", format_field, path_, name,
                                contract::NearestHint(name, known)));
  }

  std::optional<RawExample> ReadLine(std::string_view line, const Columns& columns) {
    if (IsBlank(line)) return Note(kEmpty);
    if (line.size() > kMaxLineBytes) return Note(kTooLong);
    if (!IsUtf8(line)) return Note(kNotUtf8);
    const std::vector<std::string_view> cells = SplitTabs(line);
    if (cells.size() < columns.count) return Note(kTooFewColumns);
    for (const size_t column : columns.text) {
      if (IsBlank(cells[column])) return Note(kNoText);
    }
    if (IsBlank(cells[columns.label])) return Note(kNoLabel);
    return RawExample{line_, std::string(cells[columns.text[0]]),
                      columns.text.size() > 1 ? std::string(cells[columns.text[1]]) : "",
                      std::string(cells[columns.label])};
  }

  std::nullopt_t Note(Fault fault) {
    if (counts_[fault]++ == 0) firsts_[fault] = line_;
    ++faulty_;
    return std::nullopt;
  }

  [[noreturn]] void FailMalformed() const {
    std::string list;
    for (size_t fault = 0; fault < kFaults; ++fault) {
      if (counts_[fault] == 0) continue;
      list +=
          fmt::format("{}{} line{} {} (first: line {})", list.empty() ? "" : ", ", counts_[fault],
                      counts_[fault] == 1 ? "" : "s", kFaultNames[fault], firsts_[fault]);
    }
    Fail("DATA_MALFORMED", std::to_string(faulty_),
         fmt::format("has {}; correct or remove them", list));
  }

  const std::string& path_;
  const std::string& field_;
  uint64_t line_ = 0;  // the line last taken, from 1
  uint64_t faulty_ = 0;
  std::array<uint64_t, kFaults> counts_{};
  std::array<uint64_t, kFaults> firsts_{};
};

}  // namespace

std::vector<RawExample> ParseTable(std::string_view bytes, const std::string& path,
                                   const std::string& field, const contract::FormatSpec& format,
                                   uint64_t limit) {
  return TableParser(path, field).Parse(bytes, format, limit);
}

std::vector<RawExample> ReadTable(const std::string& path, const std::string& field,
                                  const contract::FormatSpec& format, uint64_t limit) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    throw UserError(
        "DATA_NOT_FOUND", field, path,
        fmt::format("{}: cannot read {}; give the path of an existing file", field, path));
  }
  if (size > kMaxFileBytes) {
    throw UserError("DATA_TOO_LARGE", field, path,
                    fmt::format("{}: {} has {} bytes; at most 4 GiB are read, split or shorten it",
                                field, path, size));
  }
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return ParseTable(bytes, path, field, format, limit);
}

}  // namespace sparsweep::core
