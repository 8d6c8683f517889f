// One line a record, logfmt or JSON, on stderr: time=… level=info msg="…" sweep=quickstart
// trial=t-000004 attempt=1
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace sparsweep::base {

enum class LogFormat { kLogfmt, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

// Once, in main, before the first record. `program` stands in every record.
void InitLogging(std::string_view program, LogLevel level, LogFormat format);
// "debug", "info", "warning", "error"; INVALID_ARGUMENT otherwise.
[[nodiscard]] absl::Status ParseLogLevel(std::string_view name, LogLevel* level);

// One record without its line end: what Log writes. Values of logfmt stand bare where they can; all
// that is not UTF-8 becomes U+FFFD; a record never holds a line break.
[[nodiscard]] std::string FormatLogRecord(LogFormat format, std::string_view program,
                                          LogLevel level, int64_t wall_micros,
                                          std::string_view message, LogFields fields);

// Thread-safe. `message` is constant text; what varies goes into fields.
void Log(LogLevel level, std::string_view message, LogFields fields = {});
inline void LogInfo(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kInfo, message, fields);
}
inline void LogWarning(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kWarning, message, fields);
}
inline void LogError(std::string_view message, LogFields fields = {}) {
  Log(LogLevel::kError, message, fields);
}

}  // namespace sparsweep::base
