#include "worker/event_tail.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace sparsweep::worker {
namespace {

std::string Line(uint64_t sequence, const std::string& text = "") {
  return contract::ToJson({.sequence = sequence,
                           .step = static_cast<int64_t>(sequence),
                           .body = contract::Warning{text}}) +
         "\n";
}

class EventTailTest : public testing::Test {
 protected:
  void Append(const std::string& text) {
    std::ofstream(path_, std::ios::app | std::ios::binary) << text;
  }
  // The sequences of the next batch.
  std::vector<uint64_t> Next() {
    const auto batch = tail_.Next();
    EXPECT_TRUE(batch.ok()) << batch.status();
    std::vector<uint64_t> sequences;
    for (const TailedEvent& event : *batch) sequences.push_back(event.event.sequence);
    return sequences;
  }

  test::TemporaryFolder folder_;
  const std::string path_ = folder_.File("events.jsonl");
  EventTail tail_{path_};
};

using Sequences = std::vector<uint64_t>;

TEST_F(EventTailTest, AFileThatIsNotThereYetIsEmpty) {
  EXPECT_EQ(Next(), Sequences{});
  Append(Line(1));
  EXPECT_EQ(Next(), Sequences{1});
}

TEST_F(EventTailTest, HandsOutEachLineOnceAsWritten) {
  Append(Line(1) + Line(2, "two"));
  const auto batch = tail_.Next();
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->size(), 2U);
  EXPECT_EQ((*batch)[1].line + "\n", Line(2, "two"));
  EXPECT_EQ(Next(), Sequences{});
  Append(Line(3));
  EXPECT_EQ(Next(), Sequences{3});
}

TEST_F(EventTailTest, CutAtEveryByteTheLastLineWaitsUntilItIsWhole) {
  const std::string text = Line(1) + Line(2) + Line(3);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const test::TemporaryFolder folder;
    const std::string path = folder.File("events.jsonl");
    EventTail tail(path);
    std::ofstream(path) << text.substr(0, cut);
    const auto before = tail.Next();
    ASSERT_TRUE(before.ok()) << cut;
    const size_t whole = cut / Line(1).size();
    ASSERT_EQ(before->size(), whole) << cut;
    std::ofstream(path, std::ios::app) << text.substr(cut);
    const auto after = tail.Next();
    ASSERT_TRUE(after.ok()) << cut;
    ASSERT_EQ(before->size() + after->size(), 3U) << cut;
  }
}

TEST_F(EventTailTest, ABadLineFailsAfterTheEventsBeforeIt) {
  Append(Line(1) + "nonsense\n" + Line(2));
  EXPECT_EQ(Next(), Sequences{1});
  EXPECT_EQ(tail_.Next().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tail_.Next().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EventTailTest, AGapOrARepetitionIsBad) {
  Append(Line(1) + Line(3));
  EXPECT_EQ(Next(), Sequences{1});
  EXPECT_FALSE(tail_.Next().ok());
  Append(Line(1));
  EXPECT_FALSE(tail_.Next().ok());
}

TEST_F(EventTailTest, ALineWithoutEndIsBad) {
  Append(std::string(EventTail::kMaxBytes + 2, 'x'));
  EXPECT_FALSE(tail_.Next().ok());
}

TEST_F(EventTailTest, BatchesAreBoundedInNumber) {
  std::string text;
  for (uint64_t sequence = 1; sequence <= EventTail::kMaxEvents + 1; ++sequence) {
    text += Line(sequence);
  }
  Append(text);
  EXPECT_EQ(Next().size(), EventTail::kMaxEvents);
  EXPECT_EQ(Next(), Sequences{EventTail::kMaxEvents + 1});
}

TEST_F(EventTailTest, BatchesAreBoundedInBytes) {
  const std::string text(300 << 10, 'x');
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) Append(Line(sequence, text));
  EXPECT_EQ(Next(), (Sequences{1, 2, 3}));
  EXPECT_EQ(Next(), (Sequences{4, 5}));
}

}  // namespace
}  // namespace sparsweep::worker
