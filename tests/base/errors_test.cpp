#include "base/rpc/errors.h"

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace sparsweep::base::rpc {
namespace {

TEST(Errors, CodesAndMessagesPass) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    const grpc::Status wire = ToGrpc(status);
    EXPECT_EQ(static_cast<int>(wire.error_code()), code);
    EXPECT_EQ(FromGrpc(wire), status);
  }
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(Errors, ReasonsPass) {
  const ErrorReason reason{.reason = "SWEEP_NAME_TAKEN",
                           .metadata = {{"name", "λ-sweep"}, {"field", "name"}}};
  const absl::Status back = FromGrpc(ToGrpc(WithReason(absl::AlreadyExistsError("taken"), reason)));
  EXPECT_EQ(back.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(back.message(), "taken");
  EXPECT_EQ(ReasonOf(back).reason, reason.reason);
  EXPECT_EQ(ReasonOf(back).metadata, reason.metadata);
}

// Bytes a client with Google's files would decode: google.rpc.Status{code, message, details}.
TEST(Errors, DetailsAreGooglesOnTheWire) {
  const grpc::Status wire =
      ToGrpc(WithReason(absl::NotFoundError("m"), {.reason = "R", .metadata = {}}));
  const std::string info = "\x0a\x01R\x12\x09sparsweep";
  const std::string url = "type.googleapis.com/google.rpc.ErrorInfo";
  const auto field = [](char tag, const std::string& bytes) {
    return std::string{tag, static_cast<char>(bytes.size())}.append(bytes);
  };
  EXPECT_EQ(wire.error_details(),
            std::string("\x08\x05\x12\x01m")
                .append(field('\x1a', field('\x0a', url).append(field('\x12', info)))));
}

TEST(Errors, FieldsBecomeBadRequest) {
  const std::string details =
      ToGrpc(WithReason(absl::InvalidArgumentError("too large"),
                        {.reason = "BAD_FIELD", .metadata = {{"field", "training.steps"}}}))
          .error_details();
  EXPECT_NE(details.find("google.rpc.BadRequest\x12"), std::string::npos);
  EXPECT_NE(details.find("\x0a\x0etraining.steps\x12\x09too large"), std::string::npos);
}

TEST(Errors, StaysWithinAClientsMetadataLimit) {
  ErrorReason reason{.reason = "R", .metadata = {{"field", std::string(5000, 'f')}}};
  for (int i = 0; i < 50; ++i) reason.metadata[std::to_string(i)] = std::string(5000, 'v');
  const grpc::Status wire =
      ToGrpc(WithReason(absl::InvalidArgumentError(std::string(9000, 'm')), reason));
  EXPECT_LT(wire.error_details().size() * 4 / 3 + wire.error_message().size(), 8000u);
  EXPECT_EQ(ReasonOf(FromGrpc(wire)).reason, "R");
}

TEST(Errors, GarbageDetailsAreIgnored) {
  const absl::Status status =
      FromGrpc(grpc::Status(grpc::StatusCode::ABORTED, "lost", "\xff\xff\xff"));
  EXPECT_EQ(status, absl::AbortedError("lost"));
}

TEST(Errors, TextThatIsNotUtf8StillPasses) {
  const absl::Status back = FromGrpc(ToGrpc(WithReason(
      absl::InvalidArgumentError("a\xff"), {.reason = "R", .metadata = {{"v", "\xfe"}}})));
  EXPECT_EQ(back.message(), "a\xef\xbf\xbd");
  EXPECT_EQ(ReasonOf(back).metadata.at("v"), "\xef\xbf\xbd");
}

}  // namespace
}  // namespace sparsweep::base::rpc
