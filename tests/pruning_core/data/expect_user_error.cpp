#include "tests/pruning_core/data/expect_user_error.h"

#include "gmock/gmock.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {

void ExpectUserError(const std::function<void()>& call, const std::string& reason,
                     const std::string& part) {
  try {
    call();
    ADD_FAILURE() << "no error; expected " << reason << ": " << part;
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), reason);
    EXPECT_THAT(error.message(), testing::HasSubstr(part));
    EXPECT_EQ(error.message().find('\n'), std::string::npos) << error.message();
  }
}

}  // namespace sparsweep::core
