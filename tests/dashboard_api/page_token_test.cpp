#include "dashboard_api/page_token.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/status.h"

namespace sparsweep::dashboard_api {
namespace {

TEST(PageSizeTest, ZeroIsTheDefaultAndMoreThanTheMaximumIsCut) {
  EXPECT_EQ(PageSize(0, {100, 1000}).value(), 100);
  EXPECT_EQ(PageSize(7, {100, 1000}).value(), 7);
  EXPECT_EQ(PageSize(1001, {100, 1000}).value(), 1000);
}

TEST(PageSizeTest, RefusesANegativeOneByName) {
  const auto size = PageSize(-1, {100, 1000});
  EXPECT_EQ(size.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(base::ReasonOf(size.status()).reason, "INVALID_PAGE_SIZE");
  EXPECT_EQ(base::ReasonOf(size.status()).metadata.at("value"), "-1");
}

TEST(PageTokenTest, AnEmptyTokenIsTheFirstPage) {
  EXPECT_EQ(ParsePageToken("sweeps", "").value(), std::nullopt);
}

TEST(PageTokenTest, GivesTheKeyBack) {
  for (int64_t key : {int64_t{0}, int64_t{41}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(ParsePageToken("trials/a:b/ü", MakePageToken("trials/a:b/ü", key)).value(), key);
  }
}

TEST(PageTokenTest, RefusesTokensOfOtherListsAndOtherTexts) {
  for (const std::string& token :
       {MakePageToken("trials/b", 4), std::string("nonsense"), std::string("%%%"),
        MakePageToken("trials/a", 4) + "AAAA", std::string("MTo"), std::string(5000, 'x')}) {
    const auto key = ParsePageToken("trials/a", token);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument) << token;
    EXPECT_EQ(base::ReasonOf(key.status()).reason, "INVALID_PAGE_TOKEN");
  }
}

}  // namespace
}  // namespace sparsweep::dashboard_api
