#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(MseLoss, IsTheMeanOfSquaredDifferences) {
  Trial trial("forward");  // (0 + 4 + 16) / 3
  trial.give("prediction", Array({3}, {1, 2, 5})).give("target", Array({3}, {1, 4, 1})).run();
  trial.expect_array("loss", Array(Shape{}, 20.0f / 3), 0, 0x1p-22);  // one division, or a product with 1/3
}

TEST(MseLoss, MeanGoesOverAllElements) {
  Trial trial("forward");  // (1 + 4 + 9 + 16) / 4, exact
  trial.give("prediction", Array({2, 2}, {1, 2, 3, 4})).give("target", Array({2, 2}, {0, 0, 0, 0})).run();
  trial.expect_array("loss", Array(Shape{}, 7.5f));
}

TEST(MseLoss, GradientIsTwiceTheDifferenceOverTheCount) {
  Trial trial("forward_and_gradient");
  trial.give("prediction", Array({2, 2}, {1, 2, 3, 4})).give("target", Array({2, 2}, {1, 0, 0, 6})).run();
  trial.expect_array("dprediction", Array({2, 2}, {0, 1, 1.5f, -1}));
}

TEST(MseLoss, RefusesShapesThatDiffer) {
  Trial trial("forward");
  trial.give("prediction", Array({3, 1}, 1.0f)).give("target", Array({3}, 1.0f));
  trial.run_and_expect_error({"(3, 1)", "(3,)"});
}

TEST(MseLoss, RefusesAMeanOverNothing) {
  Trial trial("forward");
  trial.give("prediction", Array({0, 2}, {})).give("target", Array({0, 2}, {}));
  trial.run_and_expect_error({"(0, 2)"});
}
