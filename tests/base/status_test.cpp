#include "base/status.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace sparsweep::base {
namespace {

TEST(Status, CarriesReasonAndMetadata) {
  const ErrorReason reason{.reason = "STALE_ATTEMPT",
                           .metadata = {{"trial", "t-000004"}, {"odd", std::string("a:3\0b", 5)}}};
  const absl::Status status = WithReason(absl::FailedPreconditionError("stale"), reason);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "stale");
  EXPECT_EQ(ReasonOf(status).reason, reason.reason);
  EXPECT_EQ(ReasonOf(status).metadata, reason.metadata);
}

TEST(Status, HasNoReasonByDefault) {
  EXPECT_EQ(ReasonOf(absl::InternalError("x")).reason, "");
  EXPECT_TRUE(ReasonOf(absl::OkStatus()).metadata.empty());
}

TEST(Status, MapsErrnos) {
  struct Case {
    int error_number;
    absl::StatusCode code;
  };
  for (const Case& c : {Case{ENOSPC, absl::StatusCode::kResourceExhausted},
                        Case{EDQUOT, absl::StatusCode::kResourceExhausted},
                        Case{ENOENT, absl::StatusCode::kNotFound},
                        Case{EACCES, absl::StatusCode::kPermissionDenied},
                        Case{EROFS, absl::StatusCode::kPermissionDenied},
                        Case{EADDRINUSE, absl::StatusCode::kAlreadyExists},
                        Case{EEXIST, absl::StatusCode::kAlreadyExists},
                        Case{EIO, absl::StatusCode::kUnavailable}}) {
    EXPECT_EQ(ErrnoStatus(c.error_number, "x").code(), c.code) << c.error_number;
  }
  EXPECT_EQ(ErrnoStatus(ENOENT, "cannot open f").message(),
            "cannot open f: No such file or directory");
}

}  // namespace
}  // namespace sparsweep::base
