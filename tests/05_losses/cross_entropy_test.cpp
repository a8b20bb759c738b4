#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// The lesson's example, and a few roundings of numbers below 3.
const Array kLogits({2, 3}, {2, 1, 0, 0, 0, 0});
constexpr double kTolerance = 1e-6;

Trial worked_example(const char* scenario, double smoothing) {
  Trial trial(scenario);
  trial.give("logits", kLogits).give_integers("labels", {0, 2}).give("smoothing", smoothing);
  return trial;
}

}  // namespace

TEST(CrossEntropy, IsTheMeanOfMinusLogP) {
  Trial trial = worked_example("forward", 0);
  trial.run();
  trial.expect_array("loss", Array(Shape{}, 0.753109127f), kTolerance);
}

TEST(CrossEntropy, OfEqualLogitsIsLogOfTheClasses) {
  Trial trial("forward");
  trial.give("logits", Array({2, 10}, 3.0f)).give_integers("labels", {4, 9}).give("smoothing", 0.0).run();
  trial.expect_array("loss", Array(Shape{}, 2.30258509f), kTolerance);
}

TEST(CrossEntropy, IsFiniteForLargeLogits) {
  Trial low("forward");  // equal logits: log 2
  low.give("logits", Array({1, 2}, {-10000, -10000})).give_integers("labels", {0}).give("smoothing", 0.0).run();
  low.expect_array("loss", Array(Shape{}, 0.693147181f), kTolerance);
  Trial trial("forward");  // 0 where the label has 10,000, 20,000 where it has -10,000
  trial.give("logits", Array({2, 2}, {10000, -10000, 10000, -10000})).give_integers("labels", {0, 1});
  trial.give("smoothing", 0.0).run();
  trial.expect_array("loss", Array(Shape{}, 10000.0f));
}

TEST(CrossEntropy, GradientIsProbabilityMinusTargetOverTheBatch) {
  Trial trial = worked_example("forward_and_gradient", 0);
  trial.run();
  const float sixth = 1.0f / 6;
  trial.expect_array("dlogits", Array({2, 3}, {-0.167379522f, 0.122364236f, 0.0450152866f, sixth, sixth, -2 * sixth}),
                     kTolerance);
}

TEST(CrossEntropy, SmoothingSpreadsTheTarget) {
  Trial trial = worked_example("forward", 0.3);
  trial.run();
  trial.expect_array("loss", Array(Shape{}, 0.903109127f), kTolerance);
  // Now the label of row 0 has the smallest logit: 0.1 · 0.4076 + 0.1 · 1.4076 + 0.8 · 2.4076 = 2.1076.
  Trial wrong("forward");
  wrong.give("logits", kLogits).give_integers("labels", {2, 2}).give("smoothing", 0.3).run();
  wrong.expect_array("loss", Array(Shape{}, 1.60310913f), kTolerance);
}

TEST(CrossEntropy, SmoothingIsInTheGradientToo) {
  Trial trial = worked_example("forward_and_gradient", 0.3);
  trial.run();
  trial.expect_array(
      "dlogits",
      Array({2, 3}, {-0.0673795221f, 0.0723642355f, -0.00498471341f, 0.116666667f, 0.116666667f, -0.233333333f}),
      kTolerance);
}

TEST(CrossEntropy, MultipliesByWhatComesFromAbove) {
  Trial trial("forward_and_gradient");
  trial.give("logits", Array({1, 2}, {0, 0}))
      .give_integers("labels", {0})
      .give("smoothing", 0.0)
      .give("factor", 3.0)
      .run();
  trial.expect_array("dlogits", Array({1, 2}, {-1.5f, 1.5f}), kTolerance);
}
