#include "trainer/event_writer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::trainer {
namespace {

TEST(EventWriterTest, SequenceHasNoGapAndEveryLineIsWholeAtOnce) {
  const test::TemporaryFolder folder;
  EventWriter events(folder.path());
  std::ifstream reader(folder.File("events.jsonl"));
  for (uint64_t i = 1; i <= 5; ++i) {
    events.Write(static_cast<int64_t>(i) * 10, contract::Metric{"loss", 0.5});
    reader.clear();
    std::string line;
    ASSERT_TRUE(std::getline(reader, line));
    EXPECT_FALSE(reader.eof()) << "the line end is missing";
    const auto event = contract::ParseTrainerEvent(line);
    ASSERT_TRUE(event.ok()) << event.status();
    EXPECT_EQ(event->sequence, i);
    EXPECT_EQ(event->step, static_cast<int64_t>(i) * 10);
  }
}

TEST(EventWriterTest, TheFileOfAnEarlierAttemptIsNotTouched) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.File("events.jsonl")) << "old\n";
  try {
    const EventWriter events(folder.path());
    FAIL() << "opened";
  } catch (const core::UserError& error) {
    EXPECT_EQ(error.reason(), "DIRECTORY_IN_USE");
    EXPECT_EQ(error.field(), "directory");
  }
  std::string line;
  std::getline(std::ifstream(folder.File("events.jsonl")), line);
  EXPECT_EQ(line, "old");
}

TEST(EventWriterTest, AFolderThatCannotBeWrittenToIsADiskError) {
  const test::TemporaryFolder folder;
  EXPECT_THROW(EventWriter(folder.File("missing")), std::system_error);
}

}  // namespace
}  // namespace sparsweep::trainer
