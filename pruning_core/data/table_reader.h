// Reads the records of a data file into texts and labels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/trial_spec.h"

namespace sparsweep::core {

struct RawExample {
  uint64_t line = 0;  // in the file, from 1
  std::string first;
  std::optional<std::string> second;  // present when the format has two text columns
  std::string label;
};

// The layouts tsv, csv, jsonl and glue/NAME; a byte order mark is skipped. Columns by the names of
// the header line or, in JSON lines, by key; without a header they are called 1, 2, …. `field`
// names the spec's field in errors ("task.train"). `limit`: the first n examples only, 0 = all;
// what comes after them is not looked at. Throws UserError, one line with field and file:
// BAD_FORMAT, DATA_NOT_FOUND, DATA_TOO_LARGE (over 4 GiB), DATA_EMPTY (no example),
// COLUMN_NOT_FOUND (with the nearest name), DATA_MALFORMED (how many lines have each of
// LineFault's faults, and the first one's number).
[[nodiscard]] std::vector<RawExample> ReadTable(const std::string& path, const std::string& field,
                                                const contract::FormatSpec& format, uint64_t limit);
// The same over bytes already in memory.
[[nodiscard]] std::vector<RawExample> ParseTable(std::string_view bytes, const std::string& path,
                                                 const std::string& field,
                                                 const contract::FormatSpec& format,
                                                 uint64_t limit);

}  // namespace sparsweep::core
