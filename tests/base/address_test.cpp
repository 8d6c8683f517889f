#include "base/rpc/address.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/status.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::base::rpc {
namespace {

// A listening unix socket; the file stays when it closes.
int ListenUnix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  EXPECT_EQ(listen(fd, 1), 0);
  return fd;
}

TEST(Address, LiveUnixSocketIsInUse) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("s.sock");
  const int fd = ListenUnix(path);
  const absl::Status status = PrepareToListen("unix:" + path, false);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status).reason, "ADDRESS_IN_USE");
  EXPECT_NE(status.message().find(path), absl::string_view::npos) << status;
  close(fd);
}

TEST(Address, SocketOfADeadProcessIsRemoved) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("s.sock");
  close(ListenUnix(path));
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(PrepareToListen("unix:" + path, false).ok());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Address, OtherFilesAreNotRemoved) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder.File("f"), "mine").ok());
  EXPECT_EQ(PrepareToListen("unix:" + folder.File("f"), false).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadFile(folder.File("f"), 10).value(), "mine");
}

TEST(Address, PortOfAnotherListenerIsInUse) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  socklen_t size = sizeof name;
  ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size), 0);
  const std::string address = "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
  EXPECT_EQ(ReasonOf(PrepareToListen(address, false)).reason, "ADDRESS_IN_USE");
  close(fd);
  EXPECT_TRUE(PrepareToListen(address, false).ok());
}

TEST(Address, RefusesWhatItCannotUse) {
  for (const char* address : {"", "localhost", ":80", "127.0.0.1:", "127.0.0.1:70000",
                              "127.0.0.1:http", "unix:", "no.such.host.invalid:1"}) {
    EXPECT_EQ(PrepareToListen(address, true).code(), absl::StatusCode::kInvalidArgument) << address;
  }
  EXPECT_EQ(PrepareToListen("unix:/" + std::string(200, 'x'), true).code(),
            absl::StatusCode::kInvalidArgument);
  const absl::Status missing = PrepareToListen("unix:/no/such/folder/s.sock", true);
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound) << missing;
}

TEST(Address, PlaintextOffLoopbackNeedsInsecure) {
  const absl::Status status = PrepareToListen("0.0.0.0:0", false);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("--insecure"), absl::string_view::npos);
  EXPECT_TRUE(PrepareToListen("0.0.0.0:0", true).ok());
  EXPECT_TRUE(PrepareToListen("localhost:0", false).ok());
}

}  // namespace
}  // namespace sparsweep::base::rpc
