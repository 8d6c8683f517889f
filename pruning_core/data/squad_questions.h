// The questions of a SQuAD file's paragraphs. For .cpp files: it names a JSON type.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "pruning_core/data/data_source.h"
#include "pruning_core/data/squad_example.h"

namespace sparsweep::core {

class SquadQuestions {
 public:
  // `limit`: the first n questions only, 0 = all. `source` must outlive it.
  SquadQuestions(const DataSource& source, uint64_t limit) : source_(source), limit_(limit) {}

  // False when the limit is reached. Throws UserError (DATA_MALFORMED) with the place of what is
  // missing, of the wrong type, out of bounds or there twice.
  bool Add(const std::string& place, const nlohmann::json& paragraph);

  // Throws UserError (DATA_EMPTY) when there is none.
  [[nodiscard]] std::vector<SquadExample> Take();

 private:
  [[nodiscard]] bool Full() const { return limit_ != 0 && examples_.size() == limit_; }
  struct Context {
    std::shared_ptr<const std::string> text;
    uint32_t length = 0;  // code points
  };
  [[nodiscard]] Context ContextOf(const std::string& place, const nlohmann::json& paragraph) const;
  [[nodiscard]] SquadExample Question(const std::string& place, const nlohmann::json& question,
                                      const Context& context) const;
  void AddAnswers(const std::string& place, const nlohmann::json& question, uint32_t context_length,
                  SquadExample& example) const;
  [[nodiscard]] const nlohmann::json& Member(const std::string& place, const nlohmann::json& object,
                                             std::string_view key) const;
  [[nodiscard]] std::string Text(const std::string& place, const nlohmann::json& object,
                                 std::string_view key) const;
  [[noreturn]] void Fail(const std::string& place, const std::string& value,
                         std::string_view what) const;

  const DataSource& source_;
  uint64_t limit_;
  std::vector<SquadExample> examples_;
  std::unordered_set<std::string> ids_;
};

}  // namespace sparsweep::core
