// Training with a teacher: a model that an earlier run exported.
#include <gtest/gtest.h>

#include <string>

#include "pruning_core/model_io/user_error.h"
#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_tasks.h"

namespace sparsweep::core {
namespace {

using test::Attempt;
using test::RunAttempt;

class DistillationTest : public ::testing::Test {
 protected:
  // Trains a dense teacher for the task and asks the student, whose directory this is, to listen to
  // nothing else.
  contract::TrialSpec Student(contract::TrialSpec student) {
    contract::TrialSpec teacher = test::Again(student, folder_.File("teacher"));
    teacher.pruning = {};
    teacher.training.steps = 100;
    EXPECT_EQ(RunAttempt(teacher).outcome, FinePruner::Outcome::kFinished);
    student.training.teacher = teacher.directory + "/model";
    student.training.task_weight = 0;
    student.training.distillation_weight = 1;
    student.cache_directory = folder_.File("cache");
    return student;
  }

  test::TemporaryFolder folder_;
};

TEST_F(DistillationTest, AStudentLearnsClassesFromItsTeacherAlone) {
  for (const char* pooling : {"cls", "mean"}) {
    contract::TrialSpec spec = test::TinyTrial(folder_.File(pooling), "movement");
    spec.model.pooling = pooling;
    spec.training.learning_rate = 3e-3;
    spec.training.head_learning_rate = 1e-2;
    spec.training.steps = 100;
    spec.pruning.density = 0.5;
    const Attempt attempt = RunAttempt(Student(spec));
    EXPECT_GT(attempt.Metric("accuracy").back().second, 0.6) << pooling;
    const auto losses = attempt.Metric("loss");
    EXPECT_LT(losses.back().second, losses.front().second / 2) << pooling;
  }
}

TEST_F(DistillationTest, AStudentLearnsSpansFromItsTeacherAlone) {
  contract::TrialSpec spec = test::TinySpanTrial(folder_.path(), "dense");
  spec.training.steps = 100;
  spec = Student(spec);
  for (const char* numerics : {"standard", "reference"}) {
    spec = test::Again(spec, folder_.File(numerics));
    spec.pruning.numerics = numerics;
    const Attempt attempt = RunAttempt(spec);
    EXPECT_GT(attempt.Metric("f1").back().second, 0.4) << numerics;
    EXPECT_FALSE(attempt.All<contract::Stage>().empty()) << "padded otherwise, so computed anew";
  }
}

// The teacher knows everything the student does: nothing is left to learn, whatever the masks of a
// batch's padding.
TEST_F(DistillationTest, ATeacherThatIsTheStudentIsNoDistanceAway) {
  for (const bool spans : {false, true}) {
    const std::string name = spans ? "spans" : "classes";
    contract::TrialSpec spec = spans ? test::TinySpanTrial(folder_.File(name), "dense")
                                     : test::TinyTrial(folder_.File(name), "dense");
    spec.model.pooling = "cls";
    spec = Student(spec);
    spec.model.path = spec.training.teacher;
    const Attempt attempt = RunAttempt(spec);
    EXPECT_LT(attempt.Metric("loss").front().second, 1e-6) << name;
  }
}

TEST_F(DistillationTest, TheTwoLossesAreWeighted) {
  contract::TrialSpec spec = Student(test::TinyTrial(folder_.path(), "dense"));
  const auto first_loss = [&](double distillation, double task) {
    spec = test::Again(spec, folder_.File("attempt-" + std::to_string(spec.attempt_number)));
    spec.training.steps = 5;
    spec.training.warmup_steps = 0;
    spec.training.distillation_weight = distillation;
    spec.training.task_weight = task;
    return RunAttempt(spec).Metric("loss").front().second;
  };
  const double distance = first_loss(1, 0);
  spec.training.teacher = "";
  const double task = first_loss(1, 1);
  spec.training.teacher = folder_.File("teacher/model");
  EXPECT_NEAR(first_loss(0.9, 0.1), 0.9 * distance + 0.1 * task, 1e-6);
}

TEST_F(DistillationTest, ACheckpointOfAnotherTeacherIsRefused) {
  contract::TrialSpec spec = Student(test::TinyTrial(folder_.path(), "movement"));
  (void)RunAttempt(spec);
  spec = test::Again(spec, folder_.File("second"), spec.directory);
  test::WriteTinyTeacher(folder_.File("other"));
  spec.training.teacher = folder_.File("other");
  try {
    (void)RunAttempt(spec);
    FAIL() << "finished";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "CHECKPOINT_MISMATCH");
    EXPECT_NE(error.message().find("training.teacher is "), std::string::npos) << error.message();
  }
}

}  // namespace
}  // namespace sparsweep::core
