#include "base/file.h"

#include <sys/stat.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace sparsweep::base {
namespace {

TEST(File, WritesWholeFilesWithTheirMode) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("token");
  ASSERT_TRUE(WriteFileAtomically(path, "first and long", 0600).ok());
  ASSERT_TRUE(WriteFileAtomically(path, std::string("b\0c", 3), 0600).ok());
  EXPECT_EQ(ReadFile(path, 100).value(), std::string("b\0c", 3));
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
}

TEST(File, WhatAKilledWriterLeftDoesNotLendItsMode) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("token");
  ASSERT_TRUE(WriteFileAtomically(path + ".partial", "half", 0666).ok());
  ASSERT_TRUE(WriteFileAtomically(path, "secret", 0600).ok());
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(File, LeavesNothingWhenTheTargetCannotBeReplaced) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.File("taken/inside"));
  const absl::Status status = WriteFileAtomically(folder.File("taken"), "x");
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(std::filesystem::exists(folder.File("taken.partial")));
}

TEST(File, NamesTheMissingFolder) {
  const test::TemporaryFolder folder;
  const absl::Status status = WriteFileAtomically(folder.File("none/file"), "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find("none/file"), absl::string_view::npos) << status;
}

TEST(File, ReadsUpToTheLimit) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder.File("f"), "12345").ok());
  EXPECT_EQ(ReadFile(folder.File("f"), 5).value(), "12345");
  EXPECT_EQ(ReadFile(folder.File("f"), 4).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReadFile(folder.File("g"), 4).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace sparsweep::base
