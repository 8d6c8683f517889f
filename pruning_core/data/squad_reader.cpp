#include "pruning_core/data/squad_reader.h"

#include "pruning_core/data/data_source.h"
#include "pruning_core/data/squad_paragraphs.h"
#include "pruning_core/data/squad_questions.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{256} << 20;

}  // namespace

std::vector<SquadExample> ParseSquad(std::string_view bytes, const std::string& path,
                                     const std::string& field, uint64_t limit) {
  const DataSource source{path, field};
  SquadQuestions questions(source, limit);
  VisitSquadParagraphs(WithoutByteOrderMark(bytes), source,
                       [&](const std::string& place, const nlohmann::json& paragraph) {
                         return questions.Add(place, paragraph);
                       });
  return questions.Take();
}

std::vector<SquadExample> ReadSquad(const std::string& path, const std::string& field,
                                    uint64_t limit) {
  return ParseSquad(ReadBytes({path, field}, kMaxFileBytes), path, field, limit);
}

}  // namespace sparsweep::core
