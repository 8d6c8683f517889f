// Fields of one event line, each with its range. Private to this folder.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace sparsweep::contract {

// The first problem is kept; after it every read returns some value in range. `object` is borrowed.
class EventFields {
 public:
  explicit EventFields(const nlohmann::json& object) : object_(object) {}

  double Number(const char* key, double low, double high);
  int64_t Count(const char* key, int64_t low);
  std::string Text(const char* key);
  std::string Word(const char* key, std::initializer_list<std::string_view> known);
  // A file's name within the attempt's folder: it is joined to that folder by the reader.
  std::string FileName(const char* key);
  std::string Hash(const char* key);
  std::string MetricName(const char* key);
  std::map<std::string, int64_t> Counts(const char* key);
  std::vector<int64_t> Bins(const char* key);

  [[nodiscard]] absl::Status status() const {
    return problem_.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problem_);
  }

 private:
  const nlohmann::json* Find(const char* key);
  int64_t CountOf(const char* key, const nlohmann::json& value, int64_t low);
  void Keep(std::string_view key, std::string_view what);

  const nlohmann::json& object_;
  std::string problem_;
};

}  // namespace sparsweep::contract
