// The parser of spec.json and the proto message TrialSpec are one schema.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "contract/trial_spec.h"
#include "sparsweep/v1/trial.pb.h"

namespace sparsweep::contract {
namespace {

void ListKeys(const google::protobuf::Descriptor& message, const std::string& prefix,
              std::vector<std::string>& keys) {
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    keys.push_back(prefix + field.name());
    if (field.message_type() != nullptr) {
      ListKeys(*field.message_type(), prefix + field.name() + ".", keys);
    }
  }
}

std::string ToJsonOf(const v1::TrialSpec& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return json;
}

TEST(TrialSpecProtoTest, ParserAndProtoKnowTheSameKeysInTheSameOrder) {
  std::vector<std::string> keys;
  ListKeys(*v1::TrialSpec::descriptor(), "", keys);
  EXPECT_EQ(TrialSpecKeys(), keys);
}

TEST(TrialSpecProtoTest, TheParserReadsWhatProtobufPrints) {
  v1::TrialSpec message;
  message.set_schema(1);
  message.set_trial("t-000004");
  message.set_attempt_number(3);
  message.set_seed(18446744073709551615u);
  message.mutable_model()->set_path("m");
  message.mutable_task()->mutable_format()->add_text("definition");
  message.mutable_task()->add_labels("ä\"b");
  message.mutable_training()->set_learning_rate(5e-4);
  message.mutable_training()->set_head_learning_rate(0);
  message.mutable_pruning()->set_lambda(1e-300);
  message.mutable_world()->set_size(1);
  const auto spec = ParseTrialSpec(ToJsonOf(message));
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->seed, 18446744073709551615u);
  EXPECT_EQ(spec->attempt_number, 3u);
  EXPECT_EQ(spec->task.labels, std::vector<std::string>{"ä\"b"});
  EXPECT_EQ(spec->task.format.text, std::vector<std::string>{"definition"});
  EXPECT_EQ(spec->training.learning_rate, 5e-4);
  EXPECT_EQ(spec->training.head_learning_rate, 0.0);
  EXPECT_EQ(spec->pruning.lambda, 1e-300);
  EXPECT_EQ(spec->pruning.density, std::nullopt);
}

TEST(TrialSpecProtoTest, AnEmptyMessageParses) {
  const auto spec = ParseTrialSpec(ToJsonOf(v1::TrialSpec()));
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->schema, 0u);
}

TEST(TrialSpecProtoTest, ProtobufReadsWhatThePrinterPrints) {
  TrialSpec spec;
  spec.seed = 18446744073709551615u;
  spec.training.learning_rate = 1e-5;
  spec.pruning.density = 0.03;
  spec.task.labels = {"0", "1"};
  v1::TrialSpec message;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ToJson(spec), &message).ok());
  const auto again = ParseTrialSpec(ToJsonOf(message));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, spec);
}

}  // namespace
}  // namespace sparsweep::contract
