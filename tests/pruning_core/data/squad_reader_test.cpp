#include "pruning_core/data/squad_reader.h"

#include "gmock/gmock.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

std::vector<SquadExample> Parse(const std::string& bytes, uint64_t limit = 0) {
  return ParseSquad(bytes, "s.json", "task.train", limit);
}

// A file with one paragraph of the context "ä word" (6 characters, 7 bytes).
std::string File(const std::string& questions) {
  return R"({"version": "1", "data": [{"title": "t", "paragraphs": [{"qas": )" + questions +
         R"(, "context": "ä word"}]}]})";
}

std::string Question(const std::string& answers, const std::string& more = "") {
  return R"([{"id": "q1", "question": "Which?", "answers": )" + answers + more + "}]";
}

void ExpectMalformed(const std::string& bytes, const std::string& part) {
  ExpectUserError([&] { Parse(bytes); }, "DATA_MALFORMED", "task.train: s.json ");
  ExpectUserError([&] { Parse(bytes); }, "DATA_MALFORMED", part);
}

TEST(SquadReader, ReadsQuestionsOfEveryParagraphInOrder) {
  const auto examples = Parse(
      R"({"data": [{"paragraphs": [
        {"context": "c1", "qas": [{"id": "a", "question": "qa", "answers":
          [{"text": "c", "answer_start": 0}, {"answer_start": 1, "text": "1"}]},
         {"id": "b", "question": "qb", "answers": [], "is_impossible": true,
          "plausible_answers": [{"text": "x", "answer_start": 99}]}]},
        {"context": "c2", "qas": []}], "title": [[1]]},
       {"title": "t", "paragraphs": [{"context": "c3", "qas":
         [{"id": "c", "question": "qc", "answers": [{"text": "c3", "answer_start": 0}]}]}]}],
       "version": {"data": [{"paragraphs": 7}]}})");
  ASSERT_EQ(examples.size(), 3u);
  EXPECT_EQ(examples[0].id, "a");
  EXPECT_EQ(examples[0].question, "qa");
  EXPECT_EQ(*examples[0].context, "c1");
  ASSERT_EQ(examples[0].answers.size(), 2u);
  EXPECT_EQ(examples[0].answers[1].text, "1");
  EXPECT_EQ(examples[0].answers[1].start, 1u);
  EXPECT_FALSE(examples[0].is_impossible);
  EXPECT_EQ(examples[1].id, "b");
  EXPECT_TRUE(examples[1].is_impossible);
  EXPECT_TRUE(examples[1].answers.empty());
  EXPECT_EQ(*examples[2].context, "c3");
}

// A paragraph of 1 MiB and thousands of questions must not take gigabytes.
TEST(SquadReader, QuestionsOfAParagraphShareItsContext) {
  const auto examples = Parse(
      R"({"data": [{"paragraphs": [
         {"context": "c", "qas": [{"id": "a", "question": "", "answers": []},
                                  {"id": "b", "question": "", "answers": []}]},
         {"context": "c", "qas": [{"id": "c", "question": "", "answers": []}]}]}]})");
  ASSERT_EQ(examples.size(), 3u);
  EXPECT_EQ(examples[0].context, examples[1].context);
  EXPECT_NE(examples[0].context, examples[2].context);
}

TEST(SquadReader, OffsetsCountCharactersNotBytes) {
  const auto examples = Parse(File(Question(R"([{"text": "word", "answer_start": 2}])")));
  EXPECT_EQ(examples[0].answers[0].start, 2u);
  const auto last = Parse(
      R"({"data": [{"paragraphs": [{"context": "word ä", "qas": [{"id": "q", "question": "",
         "answers": [{"text": "ä", "answer_start": 5}]}]}]}]})");
  EXPECT_EQ(last[0].answers[0].text, "ä");
  ExpectMalformed(File(Question(R"([{"text": "word", "answer_start": 3}])")),
                  "data[0].paragraphs[0].qas[0].answers[0] of question 'q1' begins at 3 and has 4 "
                  "characters, beyond the 6 of its context; ");
  ExpectMalformed(File(Question(R"([{"text": "w", "answer_start": -1}])")), "begins at -1");
  ExpectMalformed(File(Question(R"([{"text": "w", "answer_start": 18446744073709551615}])")),
                  "begins at 18446744073709551615");
  ExpectMalformed(File(Question(R"([{"text": "w", "answer_start": "2"}])")), R"(begins at "2")");
}

TEST(SquadReader, StopsAtTheLimit) {
  const std::string question = R"({"id": "ID", "question": "q", "answers": []},)";
  std::string broken = R"({"data": [{"paragraphs": [{"context": "c", "qas": [)";
  for (const char* id : {"a", "b"}) broken += std::string(question).replace(8, 2, id);
  broken += "{}]}, {";
  EXPECT_EQ(Parse(broken, 2).size(), 2u);
  ExpectMalformed(broken, "data[0].paragraphs[0].qas[2] has no 'id'");
}

TEST(SquadReader, NamesWhatIsMissing) {
  ExpectMalformed("{}", "has no 'data'; give a SQuAD file");
  ExpectMalformed(R"({"data": [{"paragraphs": []}, {"title": "t"}]})",
                  "data[1] has no 'paragraphs'");
  ExpectMalformed(R"({"data": [{"paragraphs": [{"qas": []}]}]})",
                  "data[0].paragraphs[0] has no 'context'");
  ExpectMalformed(
      R"({"data": [{"paragraphs": [{"context": "", "qas": []}]}, {"paragraphs": [{"qas": []}]}]})",
      "data[1].paragraphs[0] has no 'context'");
  ExpectMalformed(R"({"data": [{"paragraphs": [{"context": ""}]}]})",
                  "data[0].paragraphs[0] has no 'qas'");
  ExpectMalformed(File(R"([{"id": "q1", "answers": []}])"),
                  "data[0].paragraphs[0].qas[0] has no 'question'");
  ExpectMalformed(File(R"([{"id": "q1", "question": "q"}])"), "qas[0] has no 'answers'");
  ExpectMalformed(File(Question(R"([{"text": "w"}])")), "answers[0] has no 'answer_start'");
  ExpectUserError([] { Parse(R"({"data": []})"); }, "DATA_EMPTY", "has no questions");
}

TEST(SquadReader, NamesWhatIsOfTheWrongType) {
  ExpectMalformed("[]", "the file is not an object; give a SQuAD file");
  ExpectMalformed(R"({"data": {}})", "data is not a list; give a SQuAD file");
  ExpectMalformed(R"({"data": [{"paragraphs": []}, 5]})", "data[1] is not an object");
  ExpectMalformed(R"({"data": [{"paragraphs": {}}]})", "data[0].paragraphs is not a list");
  ExpectMalformed(R"({"data": [{"paragraphs": [{"context": "c", "qas": []}, []]}]})",
                  "data[0].paragraphs[1] is not an object");
  ExpectMalformed(File("7"), "data[0].paragraphs[0].qas is not a list");
  ExpectMalformed(File("[7]"), "qas[0] is not an object");
  ExpectMalformed(File(R"([{"id": 7, "question": "q", "answers": []}])"),
                  "data[0].paragraphs[0].qas[0].id is not a string");
  ExpectMalformed(File(Question("{}")), "qas[0].answers is not a list");
  ExpectMalformed(File(Question("[1]")), "answers[0] is not an object");
  ExpectMalformed(File(Question("[]", R"(, "is_impossible": 1)")),
                  "qas[0].is_impossible is not true or false");
  ExpectMalformed(File(Question(R"([{"text": "", "answer_start": 0}])")),
                  "answers[0] of question 'q1' is empty");
}

TEST(SquadReader, AnIdMayNotStandTwice) {
  const std::string question = R"({"id": "q1", "question": "q", "answers": []})";
  ExpectMalformed(File("[" + question + ", " + question + "]"),
                  "data[0].paragraphs[0].qas[1] has the id 'q1', which stands before");
}

TEST(SquadReader, RefusesWhatIsNotJsonOrTooDeepOrTooLong) {
  ExpectMalformed(R"({"data": [{"paragraphs": [)", "is not JSON at byte 27");
  ExpectMalformed("{\"data\": \"\xFF\"}", "is not JSON at byte");
  ExpectMalformed(R"({"data": )" + std::string(100'000, '['), "data[0] is not an object");
  ExpectMalformed(R"({"more": )" + std::string(100'000, '['), "nests deeper than 16");
  ExpectMalformed(R"({"data": [{"paragraphs": [{"qas": [], "context": ")" +
                      std::string((1 << 20) + 1, 'a') + R"("}]}]})",
                  "data[0].paragraphs[0] has a context of over 1 MiB");
}

}  // namespace
}  // namespace sparsweep::core
