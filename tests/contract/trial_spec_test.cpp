#include "contract/trial_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace sparsweep::contract {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kExample =
    R"({"schema":1,"sweep":"quickstart","trial":"t-000004","attempt_number":2,"seed":"18446744073709551615",
 "model":{"path":"m","layers":2,"pooling":"mean"},
 "task":{"kind":"classification","train":"a.tsv","dev":"b.tsv",
  "format":{"layout":"tsv","header":true,"text":["definition"],"label":"label"},"max_length":32,"dev_limit":2000},
 "training":{"steps":300,"batch":32,"learning_rate":5e-4,"head_learning_rate":3e-3,"weight_decay":0.0,
  "max_grad_norm":1.0,"warmup_steps":30,"evaluate_every":100,"checkpoint_every":100,"precision":"fp32"},
 "pruning":{"method":"soft_movement","lambda":2000,"score_learning_rate":5e-2,"initial_warmup":1,"final_warmup":1,
  "tau":0.1,"numerics":"standard","selection":"local","structure":"weight"},
 "world":{"rank":0,"size":1,"rendezvous":""},"device":"cpu","threads":1,"directory":"d","resume_from":""})";

TEST(TrialSpecTest, ReadsTheDocumentedExample) {
  const auto spec = ParseTrialSpec(kExample);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->trial, "t-000004");
  EXPECT_EQ(spec->attempt_number, 2u);
  EXPECT_EQ(spec->seed, 18446744073709551615u);
  EXPECT_EQ(spec->model.pooling, "mean");
  EXPECT_EQ(spec->task.format.text, std::vector<std::string>{"definition"});
  EXPECT_EQ(spec->training.learning_rate, 5e-4);
  EXPECT_EQ(spec->training.head_learning_rate, 3e-3);
  EXPECT_EQ(spec->pruning.lambda, 2000);
  EXPECT_FALSE(spec->pruning.density.has_value());
  EXPECT_EQ(spec->input_hash, "");
}

TEST(TrialSpecTest, PrintsWhatItReads) {
  const auto spec = ParseTrialSpec(kExample);
  ASSERT_TRUE(spec.ok());
  const auto again = ParseTrialSpec(ToJson(*spec));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *spec);
}

TEST(TrialSpecTest, MissingKeysKeepTheirDefaults) {
  const auto spec = ParseTrialSpec("{}");
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(*spec, TrialSpec{});
}

struct BadSpec {
  std::string_view name;
  std::string_view json;
  std::string_view message;

  friend void PrintTo(const BadSpec& row, std::ostream* out) { *out << row.name; }
};

class TrialSpecBadInput : public ::testing::TestWithParam<BadSpec> {};

TEST_P(TrialSpecBadInput, NamesTheFieldAndTheValue) {
  const auto spec = ParseTrialSpec(GetParam().json);
  ASSERT_FALSE(spec.ok());
  EXPECT_EQ(spec.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(spec.status().message());
  EXPECT_THAT(message, HasSubstr(std::string(GetParam().message)));
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, TrialSpecBadInput,
    ::testing::Values(
        BadSpec{"NotJson", "{\"seed\":", "spec: not JSON"},
        BadSpec{"NotAnObject", "[]", "spec: [] is not an object"},
        BadSpec{"GroupNotAnObject", R"({"model":3})", "model: 3 is not an object"},
        BadSpec{"UnknownKey", R"({"sede":1})", "unknown key 'sede'; did you mean 'seed'?"},
        BadSpec{"UnknownNestedKey", R"({"training":{"lerning_rate":1}})",
                "training: unknown key 'lerning_rate'; did you mean 'learning_rate'?"},
        BadSpec{"FarKey", R"({"world":{"zzzzzzzz":1}})", "; known: rank, size, rendezvous"},
        BadSpec{"KeyTwice", R"({"seed":1,"seed":2})", "key \"seed\" stands twice"},
        BadSpec{"StringForCount", R"({"training":{"steps":"300"}})", "training.steps: \"300\""},
        BadSpec{"Fraction", R"({"training":{"steps":1.5}})", "training.steps: 1.5"},
        BadSpec{"Negative", R"({"threads":-1})", "threads: -1"},
        BadSpec{"Above32Bits", R"({"threads":4294967296})", "threads: 4294967296"},
        BadSpec{"SeedWord", R"({"seed":"one"})", "seed: \"one\""},
        BadSpec{"SeedAbove64Bits", R"({"seed":"18446744073709551616"})", "seed: "},
        BadSpec{"NumberForString", R"({"device":0})", "device: 0 is not a string"},
        BadSpec{"NaN", R"({"pruning":{"tau":"NaN"}})", "pruning.tau: \"NaN\" is not a number"},
        BadSpec{"Overflow", R"({"pruning":{"tau":1e999}})", "spec: "},
        BadSpec{"Bool", R"({"task":{"format":{"header":1}}})", "task.format.header: 1"},
        BadSpec{"List", R"({"task":{"labels":"a"}})", "task.labels: \"a\" is not a list"},
        BadSpec{"ListElement", R"({"task":{"labels":["a",2]}})", "task.labels[1]: 2"},
        BadSpec{"Nul", R"({"directory":"a\u0000b"})", "directory: "},
        BadSpec{"NotUtf8", "{\"sweep\":\"\xff\"}", "spec: not JSON"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(TrialSpecTest, DeepNestingIsRefused) {
  const std::string deep(100'000, '[');
  EXPECT_FALSE(ParseTrialSpec(R"({"sweep":)" + deep).ok());
  std::string closed = R"({"sweep":)";
  closed += std::string(20, '[') + std::string(20, ']') + "}";
  EXPECT_THAT(std::string(ParseTrialSpec(closed).status().message()), HasSubstr("nested deeper"));
}

TEST(TrialSpecTest, MoreThanOneMebibyteIsRefused) {
  const std::string big = R"({"sweep":")" + std::string(1 << 20, 'x') + "\"}";
  EXPECT_THAT(std::string(ParseTrialSpec(big).status().message()), HasSubstr("more than the"));
}

TEST(TrialSpecTest, TrialNamesReadBack) {
  for (const int64_t id : {int64_t{0}, int64_t{4}, int64_t{999'999}, int64_t{1'000'000}}) {
    EXPECT_EQ(ParseTrialName(TrialName(id)), id);
  }
  EXPECT_EQ(TrialName(4), "t-000004");
  for (const char* bad :
       {"", "t-", "t-4", "t-0000004", "t-00000x", "x-000004", "t--00004", "t-000004 "}) {
    EXPECT_EQ(ParseTrialName(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace sparsweep::contract
