#include "pruning_core/data/squad_questions.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "contract/strict_json.h"
#include "fmt/format.h"
#include "pruning_core/data/code_points.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;

constexpr size_t kMaxContextBytes = size_t{1} << 20;

}  // namespace

bool SquadQuestions::Add(const std::string& place, const json& paragraph) {
  const Context context = ContextOf(place, paragraph);
  const json& questions = Member(place, paragraph, "qas");
  if (!questions.is_array()) Fail(place + ".qas", contract::Shown(questions), "is not a list");
  for (size_t i = 0; i < questions.size() && !Full(); ++i) {
    const std::string at = fmt::format("{}.qas[{}]", place, i);
    SquadExample example = Question(at, questions[i], context);
    if (!ids_.insert(example.id).second) {
      Fail(at, example.id,
           fmt::format("has the id {}, which stands before; give each question its own",
                       Quoted(example.id)));
    }
    examples_.push_back(std::move(example));
  }
  return !Full();
}

std::vector<SquadExample> SquadQuestions::Take() {
  if (examples_.empty()) {
    source_.Fail("DATA_EMPTY", "", "has no questions; the file needs at least one");
  }
  return std::move(examples_);
}

SquadQuestions::Context SquadQuestions::ContextOf(const std::string& place,
                                                  const json& paragraph) const {
  std::string text = Text(place, paragraph, "context");
  if (text.size() > kMaxContextBytes) Fail(place, "", "has a context of over 1 MiB; split it");
  const uint32_t length = CodePoints(text);
  return {std::make_shared<const std::string>(std::move(text)), length};
}

SquadExample SquadQuestions::Question(const std::string& place, const json& question,
                                      const Context& context) const {
  if (!question.is_object()) Fail(place, contract::Shown(question), "is not an object");
  SquadExample example;
  example.id = Text(place, question, "id");
  example.question = Text(place, question, "question");
  example.context = context.text;
  if (const auto flag = question.find("is_impossible"); flag != question.end()) {
    if (!flag->is_boolean()) {
      Fail(place + ".is_impossible", contract::Shown(*flag), "is not true or false");
    }
    example.is_impossible = flag->get<bool>();
  }
  AddAnswers(place, question, context.length, example);
  return example;
}

void SquadQuestions::AddAnswers(const std::string& place, const json& question,
                                uint32_t context_length, SquadExample& example) const {
  const json& answers = Member(place, question, "answers");
  if (!answers.is_array()) Fail(place + ".answers", contract::Shown(answers), "is not a list");
  for (size_t i = 0; i < answers.size(); ++i) {
    const std::string at = fmt::format("{}.answers[{}]", place, i);
    if (!answers[i].is_object()) Fail(at, contract::Shown(answers[i]), "is not an object");
    std::string text = Text(at, answers[i], "text");
    const json& start = Member(at, answers[i], "answer_start");
    if (text.empty()) {
      Fail(at, example.id,
           fmt::format("of question {} is empty; a question without an answer has an empty list",
                       Quoted(example.id)));
    }
    const bool inside = start.is_number_unsigned() && start.get<uint64_t>() <= context_length &&
                        start.get<uint64_t>() + CodePoints(text) <= context_length;
    if (!inside) {
      Fail(at, contract::Shown(start),
           fmt::format("of question {} begins at {} and has {} characters, beyond the {} of its "
                       "context; offsets count characters, not bytes",
                       Quoted(example.id), contract::Shown(start), CodePoints(text),
                       context_length));
    }
    example.answers.push_back({std::move(text), start.get<uint32_t>()});
  }
}

const json& SquadQuestions::Member(const std::string& place, const json& object,
                                   std::string_view key) const {
  const auto found = object.find(key);
  if (found == object.end()) Fail(place, "", fmt::format("has no '{}'", key));
  return *found;
}

std::string SquadQuestions::Text(const std::string& place, const json& object,
                                 std::string_view key) const {
  const json& text = Member(place, object, key);
  if (!text.is_string()) {
    Fail(fmt::format("{}.{}", place, key), contract::Shown(text), "is not a string");
  }
  return text.get<std::string>();
}

void SquadQuestions::Fail(const std::string& place, const std::string& value,
                          std::string_view what) const {
  source_.Fail("DATA_MALFORMED", value, fmt::format("{} {}", place, what));
}

}  // namespace sparsweep::core
