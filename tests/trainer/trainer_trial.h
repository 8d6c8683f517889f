// A tiny trial on disk and what the trainer left of it.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "contract/trainer_error.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::test {

inline std::string FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whole lines only: the last may be cut while the trainer writes.
inline std::vector<contract::TrainerEvent> ReadEvents(const std::string& directory) {
  std::vector<contract::TrainerEvent> events;
  const std::string text = FileBytes(directory + "/events.jsonl");
  for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    auto event = contract::ParseTrainerEvent(std::string_view(text).substr(begin, end - begin));
    if (event.ok()) events.push_back(*std::move(event));
  }
  return events;
}

inline contract::TrainerError ReadError(const std::string& directory) {
  auto error = contract::ParseTrainerError(FileBytes(directory + "/error.json"));
  return error.ok() ? *std::move(error) : contract::TrainerError{};
}

// FOLDER/spec-N.json of the spec.
inline std::string WriteSpec(const TemporaryFolder& folder, const contract::TrialSpec& spec) {
  std::string path = folder.File("spec-" + std::to_string(spec.attempt_number) + ".json");
  std::ofstream(path, std::ios::trunc) << contract::ToJson(spec);
  return path;
}

}  // namespace sparsweep::test
