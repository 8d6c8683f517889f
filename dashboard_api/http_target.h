// The target of a request, taken apart and percent-decoded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::dashboard_api {

struct HttpTarget {
  std::string path;                   // still encoded, "/api/sweeps"
  std::vector<std::string> segments;  // decoded; none for "/"; a decoded one may hold any byte
  std::map<std::string, std::string> query;  // decoded; the last of equal names counts
};

// nullopt unless it begins with "/" and every % is followed by two hex digits.
[[nodiscard]] std::optional<HttpTarget> ParseHttpTarget(std::string_view target);

}  // namespace sparsweep::dashboard_api
