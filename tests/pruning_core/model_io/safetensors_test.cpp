#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "contract/mask_file.h"
#include "pruning_core/model_io/atomic_file.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::string Bytes(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void WriteBytes(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::vector<std::string> Names(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

// The UserError that `action` throws.
template <typename Action>
UserError ErrorOf(Action action) {
  try {
    action();
  } catch (const UserError& error) {
    return error;
  }
  ADD_FAILURE() << "no UserError";
  return {"", "", "", ""};
}

TEST(Safetensors, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  const std::string file = folder.File("a.safetensors");
  const at::Tensor floats = at::arange(6, at::kFloat).view({2, 3}) / 7;
  const at::Tensor halves = floats.to(at::kHalf);
  const at::Tensor brains = floats.to(at::kBFloat16);
  const at::Tensor longs = at::arange(5, at::kLong);
  const std::string hash = WriteSafetensors(
      file, {{"transposed", floats.t()}, {"halves", halves}, {"brains", brains}, {"longs", longs}},
      {{"step", "7"}});
  EXPECT_EQ(hash, contract::ContentHash(Bytes(file)));

  const SafetensorsReader reader(file);
  EXPECT_EQ(reader.header().metadata.at("step"), "7");
  EXPECT_TRUE(reader.Read("transposed").equal(floats.t()));
  EXPECT_TRUE(reader.Read("longs").equal(longs));
  EXPECT_TRUE(reader.ReadFloat("halves").equal(halves.to(at::kFloat)));
  EXPECT_TRUE(reader.ReadFloat("brains").equal(brains.to(at::kFloat)));
  const at::Tensor into = at::ones({3, 2}, at::kFloat);
  reader.ReadInto("transposed", into);
  EXPECT_TRUE(into.equal(floats.t()));
}

TEST(Safetensors, WrongTypeOrShapeNamesFileAndTensor) {
  const TemporaryFolder folder;
  const std::string file = folder.File("a.safetensors");
  WriteSafetensors(file, {{"longs", at::arange(5, at::kLong)}});
  const SafetensorsReader reader(file);
  for (const UserError& error :
       {ErrorOf([&] { (void)reader.ReadFloat("longs"); }),
        ErrorOf([&] { reader.ReadInto("longs", at::ones({4}, at::kLong)); }),
        ErrorOf([&] { reader.ReadInto("longs", at::ones({5}, at::kFloat)); })}) {
    EXPECT_EQ(error.reason(), "BAD_SAFETENSORS");
    EXPECT_EQ(error.field(), file);
    EXPECT_EQ(error.value(), "longs");
    EXPECT_THAT(error.message(), HasSubstr("'longs'"));
  }
  EXPECT_THAT(ErrorOf([&] { (void)reader.Read("absent"); }).message(),
              HasSubstr("there is no tensor 'absent'"));
}

TEST(Safetensors, AFileCutAnywhereIsRefused) {
  const TemporaryFolder folder;
  const std::string file = folder.File("a.safetensors");
  WriteSafetensors(file, {{"a", at::ones({3}, at::kFloat)}, {"b", at::ones({2}, at::kFloat)}});
  const std::string whole = Bytes(file);
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteBytes(file, whole.substr(0, size));
    const UserError error = ErrorOf([&] { SafetensorsReader reader(file); });
    EXPECT_EQ(error.reason(), "BAD_SAFETENSORS") << size;
  }
}

TEST(Safetensors, AMissingFileOrAFolderIsTheUsersError) {
  const TemporaryFolder folder;
  EXPECT_EQ(ErrorOf([&] { SafetensorsReader reader(folder.File("none")); }).reason(),
            "FILE_NOT_FOUND");
  EXPECT_EQ(ErrorOf([&] { SafetensorsReader reader(folder.path()); }).reason(), "BAD_SAFETENSORS");
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  const TemporaryFolder folder;
  const std::string file = folder.File("a");
  WriteBytes(file, "before");
  {
    AtomicFile atomic(file);
    atomic.Write("after", 5);
    EXPECT_EQ(Bytes(file), "before");
  }
  EXPECT_EQ(Bytes(file), "before");
  EXPECT_THAT(Names(folder.path()), UnorderedElementsAre("a"));
  AtomicFile atomic(file);
  atomic.Write("after", 5);
  atomic.Commit();
  EXPECT_EQ(Bytes(file), "after");
  EXPECT_THAT(Names(folder.path()), UnorderedElementsAre("a"));
}

TEST(AtomicFile, RefusalOfTheDiskIsASystemError) {
  const TemporaryFolder folder;
  EXPECT_THROW(AtomicFile(folder.File("none/a")), std::system_error);
  const std::string full = "/dev/full";  // .partial cannot be made there
  EXPECT_THROW(WriteSafetensors(full + "/a", {}), std::system_error);
}

}  // namespace
}  // namespace sparsweep::core
