#include "coordinator/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <sstream>

namespace sparsweep::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

absl::StatusOr<std::optional<Options>> Parse(std::vector<const char*> arguments,
                                             std::string* printed = nullptr) {
  arguments.insert(arguments.begin(), "sparsweep-coordinator");
  std::ostringstream out;
  auto options = ParseOptions(static_cast<int>(arguments.size()), arguments.data(), out);
  if (printed != nullptr) *printed = out.str();
  return options;
}

TEST(Options, HaveDefaults) {
  const auto options = Parse({"--data", "/d"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ((*options)->listen, std::vector<std::string>{"unix:/d/run/coordinator.sock"});
  EXPECT_EQ((*options)->http, "127.0.0.1:0");
  EXPECT_EQ((*options)->endpoint_file, "/d/endpoint.json");
  EXPECT_EQ((*options)->lease_duration, std::chrono::seconds(60));
}

TEST(Options, ComeFromTheCommandLineBeforeTheEnvironment) {
  setenv("SPARSWEEP_LEASE_DURATION", "5s", 1);
  setenv("SPARSWEEP_HTTP", "127.0.0.1:9", 1);
  setenv("SPARSWEEP_TEST_DATA", "/nothing/of/ours", 1);
  const auto options = Parse({"--lease-duration=500ms"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ((*options)->lease_duration, std::chrono::milliseconds(500));
  EXPECT_EQ((*options)->http, "127.0.0.1:9");
  unsetenv("SPARSWEEP_LEASE_DURATION");
  unsetenv("SPARSWEEP_HTTP");
  unsetenv("SPARSWEEP_TEST_DATA");
}

TEST(Options, ListenMayBeRepeated) {
  const auto options = Parse({"--listen", "unix:/a", "--listen", "127.0.0.1:0"});
  EXPECT_EQ((*options)->listen, (std::vector<std::string>{"unix:/a", "127.0.0.1:0"}));
}

TEST(Options, AreRefusedInOneLine) {
  for (const auto& [argument, message] : std::vector<std::pair<const char*, const char*>>{
           {"--lease-duration=60", "--lease-duration: '60' is not 100ms to 24h"},
           {"--lease-duration=1ms", "--lease-duration: '1ms' is not"},
           {"--log-level=loud", "--log-level: 'loud' is not debug, info, warning or error"},
           {"--log-format=xml", "--log-format: 'xml' is neither"},
           {"--dat=x", "unrecognised option '--dat=x'"},
           {"extra", "sparsweep-coordinator takes options only"}}) {
    const auto options = Parse({argument});
    EXPECT_TRUE(absl::IsInvalidArgument(options.status())) << argument;
    EXPECT_THAT(std::string(options.status().message()), StartsWith(message));
  }
}

TEST(Options, HelpAndVersionArePrinted) {
  std::string printed;
  EXPECT_FALSE(Parse({"--version"}, &printed)->has_value());
  EXPECT_THAT(printed, StartsWith("sparsweep-coordinator "));
  EXPECT_FALSE(Parse({"--help"}, &printed)->has_value());
  EXPECT_THAT(printed, HasSubstr("--endpoint-file"));
}

}  // namespace
}  // namespace sparsweep::coordinator
