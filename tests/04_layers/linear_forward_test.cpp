#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// The lesson's example: small integers, exact in any order.
const Array kX({2, 3}, {1, 2, 0, -1, 0, 3}), kWeight({2, 3}, {1, 0, 2, -1, 1, 1}), kBias({2}, {1, -2});
const Array kDy({2, 2}, {1, 2, 3, 4});

Trial worked_example(const char* scenario, bool relu) {
  Trial trial(scenario);
  trial.give("x", kX).give("weight", kWeight).give("bias", kBias).give("relu", relu);
  return trial;
}

void expect_refusal(const Array& x, const Array& weight, const Array& bias, const std::vector<std::string>& parts) {
  Trial trial("forward");
  trial.give("x", x).give("weight", weight).give("bias", bias).give("relu", false);
  trial.run_and_expect_error(parts);
}

}  // namespace

TEST(LinearForward, IsXTimesTransposedWeightPlusBias) {
  Trial trial = worked_example("forward", false);
  trial.run();
  trial.expect_array("y", Array({2, 2}, {2, -1, 6, 2}));
}

TEST(LinearForward, WorksWithoutBias) {
  Trial trial("forward");
  trial.give("x", kX).give("weight", kWeight).give("relu", false).run();
  trial.expect_array("y", Array({2, 2}, {1, 1, 5, 4}));
}

TEST(LinearForward, AppliesReluWhenAsked) {
  Trial trial = worked_example("forward", true);
  trial.run();
  trial.expect_array("y", Array({2, 2}, {2, 0, 6, 2}));
}

TEST(LinearForward, GradientsOfTheLinearPart) {
  Trial trial = worked_example("forward_and_gradient", false);
  trial.give("dy", kDy).run();
  trial.expect_array("dweight", Array({2, 3}, {-2, 2, 9, -2, 4, 12}));
  trial.expect_array("dbias", Array({2}, {4, 6}));
  trial.expect_array("dx", Array({2, 3}, {-1, 2, 4, -1, 4, 10}));
}

TEST(LinearForward, GradientsStopAtTheRelu) {
  Trial trial = worked_example("forward_and_gradient", true);
  trial.give("dy", kDy).run();
  trial.expect_array("dweight", Array({2, 3}, {-2, 2, 9, -4, 0, 12}));
  trial.expect_array("dbias", Array({2}, {4, 4}));
  trial.expect_array("dx", Array({2, 3}, {1, 0, 2, -1, 4, 10}));
}

TEST(LinearForward, RefusesShapesThatDoNotFit) {
  expect_refusal(Array({2, 4}, 1.0f), kWeight, kBias, {"(2, 4)", "(2, 3)"});
  expect_refusal(Array({3}, 1.0f), kWeight, kBias, {"(3,)", "(2, 3)"});
  expect_refusal(kX, Array({3}, 1.0f), kBias, {"(3,)", "(2, 3)"});
  expect_refusal(kX, kWeight, Array({3}, 1.0f), {"(3,)"});
  expect_refusal(kX, kWeight, Array({1, 2}, 1.0f), {"(1, 2)"});
}
