#include "base/ids.h"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace sparsweep::base {
namespace {

TEST(Ids, UuidsAreVersion4AndDiffer) {
  const std::regex version_4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = NewUuid();
    EXPECT_TRUE(std::regex_match(uuid, version_4)) << uuid;
    EXPECT_TRUE(seen.insert(uuid).second);
  }
}

TEST(Ids, TokensAre64HexDigitsAndDiffer) {
  const std::string token = NewToken();
  EXPECT_TRUE(std::regex_match(token, std::regex("[0-9a-f]{64}"))) << token;
  EXPECT_NE(token, NewToken());
}

}  // namespace
}  // namespace sparsweep::base
