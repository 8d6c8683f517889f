#include "contract/strict_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 16;

}  // namespace

absl::StatusOr<json> ParseStrictJson(std::string_view text, size_t max_bytes,
                                     std::string_view what) {
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {} bytes, more than the {} allowed", what, text.size(), max_bytes));
  }
  std::string problem;
  std::vector<std::set<std::string, std::less<>>>
      keys;  // of the objects being read, outermost first
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxDepth && problem.empty()) {
      problem = fmt::format("nested deeper than {}", kMaxDepth);
    }
    if (!problem.empty()) return false;
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key &&
        !keys.back().insert(parsed.get_ref<const std::string&>()).second) {
      problem = fmt::format("key {} stands twice", Shown(parsed));
    }
    return true;
  };
  try {
    json parsed = json::parse(text.begin(), text.end(), watch);
    if (!problem.empty()) return absl::InvalidArgumentError(fmt::format("{}: {}", what, problem));
    return parsed;
  } catch (const json::parse_error& e) {
    return absl::InvalidArgumentError(fmt::format("{}: not JSON at byte {}", what, e.byte));
  } catch (const json::exception&) {  // a number beyond double
    return absl::InvalidArgumentError(fmt::format("{}: a number is out of range", what));
  }
}

std::string Shown(const json& value) {
  constexpr size_t kMaxShown = 60;
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kMaxShown) text = text.substr(0, kMaxShown) + "…";
  return text;
}

}  // namespace sparsweep::contract
