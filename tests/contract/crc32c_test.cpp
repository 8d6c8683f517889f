#include "contract/crc32c.h"

#include <gtest/gtest.h>

namespace sparsweep::contract {
namespace {

TEST(Crc32c, TestVector) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(Crc32c(""), 0U);
}

}  // namespace
}  // namespace sparsweep::contract
