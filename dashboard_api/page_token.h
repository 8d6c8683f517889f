// Pages of long lists as AIP-158 has them, shared by every list that is read from a snapshot.
//
// A page ends at a key (position, id or step); the token of the next page is that key and the list
// it belongs to, encoded. Nothing is kept between calls, so a token stays good over a restart and
// a list that grows neither repeats nor skips what was there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace sparsweep::dashboard_api {

struct PageRules {
  int32_t default_size;  // what 0 means
  int32_t max_size;      // what a larger size is cut to
};

inline constexpr PageRules kListPages{100, 1000};     // sweeps, trials
inline constexpr PageRules kFrontPages{1000, 1000};   // points of a front
inline constexpr PageRules kCurvePages{1000, 10000};  // points of a curve

// The number of rows to return; INVALID_ARGUMENT when negative.
[[nodiscard]] absl::StatusOr<int32_t> PageSize(int32_t requested, PageRules rules);

// Token of the page that follows the row with this key. `list` names the list and what selects its
// rows ("trials/quickstart"), so that a token of another list is refused.
[[nodiscard]] std::string MakePageToken(std::string_view list, int64_t last_key);

// The key after which the page starts; nullopt for the empty token (the first page).
// INVALID_ARGUMENT when the token is not one that MakePageToken gave for this list.
[[nodiscard]] absl::StatusOr<std::optional<int64_t>> ParsePageToken(std::string_view list,
                                                                    std::string_view token);

}  // namespace sparsweep::dashboard_api
