#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/dispatch.h"
#include "cli/exit_code.h"

namespace sparsweep::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Command kSample{"sample",
                      "FILE",
                      "for tests",
                      {{"server", "ADDR", "where", "SPARSWEEP_TEST_SERVER", 0, "data"},
                       {"data", "DIR", "which", "SPARSWEEP_TEST_DATA", 0, "server"},
                       {"wait", "", "a flag"},
                       {"timeout", "SECONDS", "longest"},
                       {"output", "FORMAT", "how", {}, 'o'},
                       {"help", "", "this text", {}, 'h'}},
                      1,
                      2,
                      [](const Invocation&, const Console&) { return 0; }};

std::string ErrorOf(const std::vector<std::string>& arguments) {
  const auto invocation = ParseInvocation(kSample, arguments);
  EXPECT_EQ(invocation.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(invocation.status().message());
}

TEST(CommandLine, ParsesOptionsAndOperandsInAnyOrder) {
  const auto invocation = ParseInvocation(
      kSample, {"--wait", "a.yaml", "-o", "json", "--timeout=1.5", "b", "--data", "d"});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_THAT(invocation->operands, ElementsAre("a.yaml", "b"));
  EXPECT_TRUE(invocation->Has("wait"));
  EXPECT_EQ(invocation->output, OutputFormat::kJson);
  EXPECT_EQ(invocation->timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(invocation->Value("data"), "d");
  EXPECT_EQ(invocation->Value("server"), "");
}

TEST(CommandLine, NamesWhatIsWrong) {
  EXPECT_THAT(ErrorOf({"f", "--dat", "x"}), HasSubstr("'--dat' of sample; did you mean '--data'?"));
  EXPECT_THAT(ErrorOf({"f", "--data"}), HasSubstr("--data"));
  EXPECT_THAT(ErrorOf({"f", "--wait=1"}), HasSubstr("--wait"));
  EXPECT_THAT(ErrorOf({"f", "-o", "xml"}), HasSubstr("unknown format 'xml'"));
  EXPECT_THAT(ErrorOf({"f", "--timeout", "soon"}), HasSubstr("'soon' is no number of seconds"));
  EXPECT_THAT(ErrorOf({"f", "--timeout", "0"}), HasSubstr("above 0"));
  EXPECT_THAT(ErrorOf({"f", "--server", "a", "--data", "b"}), HasSubstr("exclude each other"));
  EXPECT_THAT(ErrorOf({}), HasSubstr("usage: sparsweep sample FILE"));
  EXPECT_THAT(ErrorOf({"a", "b", "c"}), HasSubstr("usage: sparsweep sample FILE"));
}

TEST(CommandLine, EnvironmentStandsInForOptions) {
  setenv("SPARSWEEP_TEST_SERVER", "from:1", 1);
  EXPECT_EQ(ParseInvocation(kSample, {"f"})->Value("server"), "from:1");
  EXPECT_EQ(ParseInvocation(kSample, {"f", "--server", "flag:2"})->Value("server"), "flag:2");
  // A flag beats the variable of what it excludes.
  EXPECT_EQ(ParseInvocation(kSample, {"f", "--data", "d"})->Value("server"), "");
  unsetenv("SPARSWEEP_TEST_SERVER");
}

TEST(CommandLine, FindsTheCommandBehindItsOptions) {
  const std::vector<OptionSpec> leading{kSample.options[0], kSample.options[2], kSample.options[4]};
  EXPECT_EQ(FindCommandName({"list", "x"}, leading), 0);
  EXPECT_EQ(FindCommandName({"--server", "a:1", "list"}, leading), 2);
  EXPECT_EQ(FindCommandName({"--server=a:1", "-o", "json", "list"}, leading), 3);
  EXPECT_EQ(FindCommandName({"--wait", "list"}, leading), 1);
  EXPECT_EQ(FindCommandName({"--help"}, leading), 1);
}

int Call(const std::vector<std::string>& arguments, std::string* out, std::string* err) {
  std::ostringstream out_stream;
  std::ostringstream err_stream;
  const int code = Dispatch(arguments, {out_stream, err_stream});
  *out = out_stream.str();
  *err = err_stream.str();
  return code;
}

TEST(Dispatch, HelpAndVersion) {
  std::string out;
  std::string err;
  EXPECT_EQ(Call({"--help"}, &out, &err), kOk);
  for (const Command& command : Commands()) {
    EXPECT_THAT(out, HasSubstr(std::string("  ") + std::string(command.name)));
  }
  EXPECT_EQ(Call({"--version"}, &out, &err), kOk);
  EXPECT_THAT(out, HasSubstr("sparsweep 0."));
  for (const Command& command : Commands()) {
    EXPECT_EQ(Call({std::string(command.name), "--help"}, &out, &err), kOk);
    for (const OptionSpec& option : command.options) {
      EXPECT_THAT(out, HasSubstr("--" + std::string(option.name)));
    }
  }
}

TEST(Dispatch, UsageErrors) {
  std::string out;
  std::string err;
  EXPECT_EQ(Call({}, &out, &err), kUsage);
  EXPECT_THAT(err, HasSubstr("Usage: sparsweep COMMAND"));
  EXPECT_EQ(Call({"lsit"}, &out, &err), kUsage);
  EXPECT_EQ(err, "sparsweep: unknown command 'lsit'; did you mean 'list'?\n");
  EXPECT_EQ(Call({"front"}, &out, &err), kUsage);
  EXPECT_EQ(Call({"run", "x.yaml", "--slots", "none"}, &out, &err), kUsage);
  EXPECT_EQ(err, "sparsweep: --slots: 'none' is not a number from 1 to 1024\n");
}

TEST(ExitCodes, OfStatuses) {
  const std::vector<std::pair<absl::Status, ExitCode>> table{
      {absl::OkStatus(), kOk},
      {absl::InvalidArgumentError(""), kUsage},
      {absl::NotFoundError(""), kNotFound},
      {absl::AlreadyExistsError(""), kConflict},
      {absl::FailedPreconditionError(""), kConflict},
      {absl::UnavailableError(""), kUnavailable},
      {absl::ResourceExhaustedError(""), kUnavailable},
      {absl::DeadlineExceededError(""), kTimeout},
      {absl::PermissionDeniedError(""), kFailure},
      {absl::InternalError(""), kFailure}};
  for (const auto& [status, code] : table) EXPECT_EQ(ExitCodeOf(status), code) << status;
}

TEST(ExitCodes, ErrorIsOneLine) {
  EXPECT_EQ(ErrorLine(absl::NotFoundError("no\nsuch\x1bsweep")), "sparsweep: no such?sweep");
  EXPECT_EQ(ErrorLine(absl::InternalError("")), "sparsweep: INTERNAL");
}

}  // namespace
}  // namespace sparsweep::cli
