#include "cli/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "cli/local_cluster.h"
#include "cli/socket_path.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::cli {
namespace {

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

TEST(Endpoint, ReadsPidAddressAndPage) {
  const auto endpoint = ParseEndpoint(
      R"({"pid":17,"grpc":["unix:/x.sock"],"http":"http://127.0.0.1:9/?token=a","more":1})");
  ASSERT_TRUE(endpoint.ok());
  EXPECT_EQ(endpoint->pid, 17);
  EXPECT_EQ(endpoint->address, "unix:/x.sock");
  EXPECT_EQ(endpoint->page, "http://127.0.0.1:9/?token=a");
}

TEST(Endpoint, RefusesAnythingElse) {
  for (const char* text : {"", "[]", "{", R"({"pid":1})", R"({"pid":1,"grpc":[]})",
                           R"({"pid":"1","grpc":["a"]})", R"({"pid":1,"grpc":"a"})"}) {
    EXPECT_EQ(ParseEndpoint(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(Endpoint, LiveOnlyWhileItsProcessRuns) {
  test::TemporaryFolder folder;
  EXPECT_EQ(LiveEndpoint(folder.path()).status().code(), absl::StatusCode::kNotFound);
  Write(folder.path() + "/endpoint.json",
        "{\"pid\":" + std::to_string(getpid()) + ",\"grpc\":[\"a:1\"]}");
  EXPECT_EQ(LiveEndpoint(folder.path())->address, "a:1");
  Write(folder.path() + "/endpoint.json", R"({"pid":2147483647,"grpc":["a:1"]})");
  EXPECT_EQ(LiveEndpoint(folder.path()).status().code(), absl::StatusCode::kUnavailable);
}

TEST(SocketPath, LiesInTheDataDirectory) {
  EXPECT_EQ(*SocketPath("/data"), "/data/run/coordinator.sock");
}

TEST(SocketPath, OfADeepDirectoryIsShortAndPrivate) {
  test::TemporaryFolder runtime;
  setenv("XDG_RUNTIME_DIR", runtime.path().c_str(), 1);
  const std::string deep = "/" + std::string(120, 'x');
  const auto path = SocketPath(deep);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_LE(path->size(), 107);
  EXPECT_EQ(*path, *SocketPath(deep));
  EXPECT_NE(*path, *SocketPath(deep + "y"));
  struct stat found {};
  ASSERT_EQ(stat(path->substr(0, path->rfind('/')).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700);

  chmod(path->substr(0, path->rfind('/')).c_str(), 0755);
  EXPECT_EQ(SocketPath(deep).status().code(), absl::StatusCode::kFailedPrecondition);
  unsetenv("XDG_RUNTIME_DIR");
}

TEST(LastLines, AreTheEndOfALog) {
  test::TemporaryFolder folder;
  const std::string log = folder.path() + "/log";
  EXPECT_EQ(LastLines(log, 2), "");
  Write(log, "one\ntwo\n\nthree\n");
  EXPECT_EQ(LastLines(log, 2), "two | three");
}

}  // namespace
}  // namespace sparsweep::cli
