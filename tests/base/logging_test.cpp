#include "base/logging.h"

#include <gtest/gtest.h>

namespace sparsweep::base {
namespace {

constexpr int64_t kTime = 1'700'000'000'123'456;

std::string Logfmt(std::string_view message, LogFields fields) {
  return FormatLogRecord(LogFormat::kLogfmt, "worker", LogLevel::kInfo, kTime, message, fields);
}

TEST(Logging, WritesLogfmt) {
  EXPECT_EQ(Logfmt("lease granted", {{"trial", "t-000004"}, {"attempt", "1"}}),
            "time=2023-11-14T22:13:20.123Z level=info program=worker msg=\"lease granted\""
            " trial=t-000004 attempt=1");
}

TEST(Logging, QuotesWhatCannotStandBare) {
  EXPECT_EQ(Logfmt("m", {{"a", ""}, {"b", "x y"}, {"c", "a=b"}, {"d", "\"q\" \\ \n\t\x01"}}),
            "time=2023-11-14T22:13:20.123Z level=info program=worker msg=\"m\""
            " a=\"\" b=\"x y\" c=\"a=b\" d=\"\\\"q\\\" \\\\ \\n\\t\\u0001\"");
}

TEST(Logging, WritesJson) {
  EXPECT_EQ(FormatLogRecord(LogFormat::kJson, "cli", LogLevel::kError, kTime, "no \"way\"",
                            {{"path", "/a\xff"}}),
            R"({"time":"2023-11-14T22:13:20.123Z","level":"error","program":"cli",)"
            R"("msg":"no \"way\"","path":"/a)"
            "\xef\xbf\xbd\"}");
}

TEST(Logging, ParsesLevels) {
  LogLevel level = LogLevel::kInfo;
  ASSERT_TRUE(ParseLogLevel("warning", &level).ok());
  EXPECT_EQ(level, LogLevel::kWarning);
  const absl::Status status = ParseLogLevel("loud", &level);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("\"loud\""), absl::string_view::npos);
}

}  // namespace
}  // namespace sparsweep::base
