// Typed reading of case.json: each value is checked before it is used, each complaint names file
// and path.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

// One object of the file; borrows it. Every method throws UserError BAD_CASE (field = file, value =
// path) for a key that is missing or holds something else.
class CaseFields {
 public:
  // `path`: of the object, "hyper" or empty.
  CaseFields(const nlohmann::json& object, const std::string& file, std::string path);

  // There and not null.
  [[nodiscard]] bool Has(const char* key) const;
  [[nodiscard]] CaseFields Object(const char* key) const;
  [[nodiscard]] std::string Text(const char* key) const;  // an object's JSON
  [[nodiscard]] std::string Word(const char* key) const;
  [[nodiscard]] bool Flag(const char* key) const;
  [[nodiscard]] double Number(const char* key, double least, double most) const;
  [[nodiscard]] int64_t Whole(const char* key, int64_t least, int64_t most) const;
  [[nodiscard]] std::vector<std::string> Words(const char* key) const;
  // `size` entries each; with `optional`, empty where the key is missing or null.
  [[nodiscard]] std::vector<double> Numbers(const char* key, size_t size, bool optional) const;
  [[nodiscard]] std::vector<int64_t> Wholes(const char* key, size_t size, bool optional) const;
  // Rows of `columns` whole numbers.
  [[nodiscard]] std::vector<std::vector<int64_t>> Rows(const char* key, size_t size,
                                                       size_t columns) const;
  // How many entries a list has.
  [[nodiscard]] size_t Length(const char* key) const;

  [[noreturn]] void Refuse(std::string_view key, const std::string& problem) const;

 private:
  const nlohmann::json& Need(const char* key) const;
  const nlohmann::json& List(const char* key, size_t size) const;

  const nlohmann::json* object_;
  const std::string* file_;
  std::string path_;
};

}  // namespace sparsweep::core
