#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(SequentialForward, EveryStepTakesTheResultOfTheOneBefore) {
  Trial trial("affine_chain");  // (x · 2 + 1) · 3 - 4
  trial.give("x", Array({3}, {-1, 0, 2}))
      .give("factors", Array({2}, {2, 3}))
      .give("offsets", Array({2}, {1, -4}))
      .run();
  trial.expect_array("y", Array({3}, {-7, -1, 11}));
  trial.expect_integers("calls", {1, 1});
  trial.expect_array("dx", Array({3}, {6, 6, 6}));
}

TEST(SequentialForward, WithoutStepsIsTheIdentity) {
  Trial trial("affine_chain");
  trial.give("x", Array({2}, {3, -5})).give("factors", Array({0}, {})).give("offsets", Array({0}, {})).run();
  trial.expect_array("y", Array({2}, {3, -5}));
}

TEST(SequentialForward, RunsThePlan) {
  Trial trial("network");
  trial.give("x", Array({1, 2}, {1, 2}));
  trial.give("weight_0", Array({2, 2}, {1, 1, 1, -1})).give("bias_0", Array({2}, {0, 0}));  // hidden: 3 and 0
  trial.give("weight_1", Array({1, 2}, {2, 5})).give("bias_1", Array({1}, {1})).run();
  trial.expect_array("y", Array({1, 1}, {7}));
  const std::int64_t operations = trial.integer("operations");
  trial.expect(operations == 2, std::to_string(operations) + " operations lie between x and y; the plan has 2 steps");
}
