// A data file: where it is, what it is called in errors, its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

struct DataSource {
  std::string path;
  std::string field;  // of the spec: "task.train"

  // Throws UserError with "FIELD: PATH `what`".
  [[noreturn]] void Fail(const std::string& reason, const std::string& value,
                         std::string_view what) const;
};

// All bytes, a byte order mark left out. Throws UserError: DATA_NOT_FOUND, DATA_TOO_LARGE (over
// `max_bytes`).
[[nodiscard]] std::string ReadBytes(const DataSource& source, uint64_t max_bytes);

// A value in an error message: in single quotes, on one line, cut to 60 bytes.
[[nodiscard]] std::string Quoted(std::string_view text);

// Those that can stand in an error message.
[[nodiscard]] std::vector<std::string_view> OnOneLine(const std::vector<std::string_view>& names);

// `text` behind its byte order mark, if it has one.
[[nodiscard]] std::string_view WithoutByteOrderMark(std::string_view text);

}  // namespace sparsweep::core
