#include "worker/options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <vector>

namespace sparsweep::worker {
namespace {

absl::StatusOr<std::optional<Options>> Parse(std::vector<const char*> arguments,
                                             std::ostream& out) {
  arguments.insert(arguments.begin(), "sparsweep-worker");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data(), out);
}

absl::StatusOr<std::optional<Options>> Parse(std::vector<const char*> arguments) {
  std::ostringstream out;
  return Parse(std::move(arguments), out);
}

class OptionsTest : public testing::Test {
 protected:
  ~OptionsTest() override {
    unsetenv("SPARSWEEP_COORDINATOR");
    unsetenv("SPARSWEEP_CPU_SLOTS");
    unsetenv("SPARSWEEP_HANG_TIMEOUT");
  }
};

TEST_F(OptionsTest, Flags) {
  const auto options =
      Parse({"--coordinator", "unix:/c.sock", "--name=w", "--directory", "d", "--cpu-slots", "3",
             "--no-gpu", "--trainer", "/bin/true", "--exit-on-stdin-eof", "--log-level", "debug",
             "--log-format", "json", "--rank-address", "127.0.0.1", "--hang-timeout", "3s"});
  ASSERT_TRUE(options.ok()) << options.status();
  const Options& o = **options;
  EXPECT_EQ(o.coordinator, "unix:/c.sock");
  EXPECT_EQ(o.name, "w");
  EXPECT_EQ(o.directory, "d");
  EXPECT_EQ(o.cpu_slots, 3U);
  EXPECT_FALSE(o.use_gpus);
  EXPECT_EQ(o.rank_address, "127.0.0.1");
  EXPECT_EQ(o.hang_timeout, std::chrono::seconds(3));
  EXPECT_EQ(o.trainer, "/bin/true");
  EXPECT_TRUE(o.exit_on_stdin_eof);
  EXPECT_EQ(o.log_level, base::LogLevel::kDebug);
  EXPECT_EQ(o.log_format, base::LogFormat::kJson);
}

TEST_F(OptionsTest, FlagBeforeEnvironmentBeforeDefault) {
  setenv("SPARSWEEP_COORDINATOR", "from-environment:1", 1);
  setenv("SPARSWEEP_CPU_SLOTS", "4", 1);
  setenv("SPARSWEEP_HANG_TIMEOUT", "2m", 1);
  const auto options = Parse({"--cpu-slots", "5", "--trainer", "/bin/true"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ((*options)->coordinator, "from-environment:1");
  EXPECT_EQ((*options)->cpu_slots, 5U);
  EXPECT_EQ((*options)->directory, ".sparsweep");
  EXPECT_FALSE((*options)->name.empty());
  EXPECT_TRUE((*options)->use_gpus);
  EXPECT_FALSE((*options)->rank_address.has_value());
  EXPECT_EQ((*options)->hang_timeout, std::chrono::minutes(2));
}

TEST_F(OptionsTest, MistakesNameTheFlag) {
  const std::vector<std::pair<std::vector<const char*>, const char*>> cases = {
      {{"--trainer", "/bin/true"}, "--coordinator is missing"},
      {{"--coordinator", "a:1", "--trainer", "/no/such"}, "--trainer: /no/such"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--cpu-slots", "many"},
       "--cpu-slots: 'many'"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--cpu-slots", "-1"},
       "--cpu-slots: '-1'"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--log-level", "loud"}, "--log-level"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--log-format", "xml"},
       "--log-format: 'xml'"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--name", ""}, "--name"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--rank-address", "here"},
       "--rank-address: 'here' is not an IP address"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--rank-address", "203.0.113.1"},
       "--rank-address: '203.0.113.1' cannot be bound"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--hang-timeout", "3"},
       "--hang-timeout: '3'"},
      {{"--coordinator", "a:1", "--trainer", "/bin/true", "--hang-timeout", "1500ms"},
       "--hang-timeout: '1500ms'"},
      {{"--coordinater", "a:1"}, "--coordinater"},
      {{"stray"}, "takes options only"},
  };
  for (const auto& [arguments, text] : cases) {
    const auto options = Parse(arguments);
    EXPECT_EQ(options.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_NE(options.status().message().find(text), std::string::npos) << options.status();
    EXPECT_EQ(options.status().message().find('\n'), std::string::npos);
  }
}

TEST_F(OptionsTest, VersionAndHelpAreAnswered) {
  std::ostringstream out;
  const auto version = Parse({"--version"}, out);
  ASSERT_TRUE(version.ok());
  EXPECT_FALSE(version->has_value());
  EXPECT_TRUE(out.str().starts_with("sparsweep-worker "));
  const auto help = Parse({"--help"}, out);
  ASSERT_TRUE(help.ok());
  EXPECT_NE(out.str().find("--cpu-slots"), std::string::npos);
}

}  // namespace
}  // namespace sparsweep::worker
