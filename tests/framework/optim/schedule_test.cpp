#include "tinytorch/optim/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

TEST(CosineSchedule, FallsFromOneToTheFloor) {
  EXPECT_EQ(cosine_schedule(0, 100), 1);
  EXPECT_FLOAT_EQ(cosine_schedule(50, 100), 0.5f);
  EXPECT_EQ(cosine_schedule(100, 100), 0);
  EXPECT_EQ(cosine_schedule(1000, 100), 0);
  EXPECT_FLOAT_EQ(cosine_schedule(50, 100, 0, 0.2f), 0.6f);
  EXPECT_EQ(cosine_schedule(100, 100, 0, 0.2f), 0.2f);
}

TEST(CosineSchedule, AgreesWithItsFormulaAtEveryStep) {
  for (std::int64_t step = 10; step < 110; ++step) {
    const double expected = 0.1 + 0.9 * (1 + std::cos(std::numbers::pi * static_cast<double>(step - 10) / 100)) / 2;
    EXPECT_FLOAT_EQ(cosine_schedule(step, 110, 10, 0.1f), static_cast<float>(expected)) << step;
  }
}

TEST(CosineSchedule, RisesLinearlyDuringWarmUp) {
  EXPECT_EQ(cosine_schedule(0, 100, 4), 0.25f);
  EXPECT_EQ(cosine_schedule(1, 100, 4), 0.5f);
  EXPECT_EQ(cosine_schedule(3, 100, 4), 1);
  EXPECT_EQ(cosine_schedule(4, 100, 4), 1);
  EXPECT_LT(cosine_schedule(5, 100, 4), 1);
}

TEST(CosineSchedule, WarmsUpEvenIfThatIsAllThereIs) {
  EXPECT_EQ(cosine_schedule(3, 4, 4), 1);
  EXPECT_EQ(cosine_schedule(4, 4, 4), 0);
  EXPECT_EQ(cosine_schedule(0, 0), 0);
}

TEST(CosineSchedule, RefusesNegativeNumbers) {
  EXPECT_THROW(cosine_schedule(-1, 10), Error);
  EXPECT_THROW(cosine_schedule(1, -10), Error);
  EXPECT_THROW(cosine_schedule(1, 10, -1), Error);
}

TEST(StepSchedule, MultipliesByGammaEverySoManySteps) {
  EXPECT_EQ(step_schedule(0, 10, 0.5f), 1);
  EXPECT_EQ(step_schedule(9, 10, 0.5f), 1);
  EXPECT_EQ(step_schedule(10, 10, 0.5f), 0.5f);
  EXPECT_EQ(step_schedule(39, 10, 0.5f), 0.125f);
  EXPECT_EQ(step_schedule(0, 10, 0.5f, 2), 0.5f);  // warm-up
  EXPECT_EQ(step_schedule(11, 10, 0.5f, 2), 1);
  EXPECT_EQ(step_schedule(12, 10, 0.5f, 2), 0.5f);  // counted from its end
  EXPECT_THROW(step_schedule(1, 0, 0.5f), Error);
  EXPECT_THROW(step_schedule(-1, 1, 0.5f), Error);
}

TEST(Schedule, ChoosesByItsKind) {
  EXPECT_EQ(Schedule().factor(1000), 1);
  EXPECT_EQ((Schedule{.warmup = 4}.factor(1)), 0.5f);
  EXPECT_EQ((Schedule{.kind = "cosine", .total = 100, .warmup = 3, .floor = 0.25f}.factor(40)),
            cosine_schedule(40, 100, 3, 0.25f));
  EXPECT_EQ((Schedule{.kind = "step", .warmup = 3, .every = 5, .gamma = 0.3f}.factor(40)),
            step_schedule(40, 5, 0.3f, 3));
  EXPECT_THROW((Schedule{.kind = "linear"}.factor(0)), Error);
}

}  // namespace
}  // namespace tinytorch
