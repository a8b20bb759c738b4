#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

// exp, sum and quotient: three roundings of half a step of 2^-23, and exp may be off by another step
constexpr double kRelative = 3 * 0x1p-23;

TEST(Sigmoid, MatchesHandWorkedValues) {
  Trial trial("forward");
  trial.give("x", Array({4}, {-1, 0, 1, 2})).run();
  trial.expect_array("y", Array({4}, {0.268941421f, 0.5f, 0.731058579f, 0.880797078f}), 0, kRelative);
}

TEST(Sigmoid, NothingOverflows) {
  Trial trial("forward");
  trial.give("x", Array({7}, {-INFINITY, -1e4f, -50, 100, 1e4f, INFINITY, NAN})).run();
  trial.expect_array("y", Array({7}, {0, 0, 1.92874985e-22f, 1, 1, 1, NAN}), 0, kRelative);
}

TEST(Sigmoid, GradientIsYTimesOneMinusY) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({3}, {-1, 0, 2})).give("dy", Array({3}, {1, 2, -1})).run();
  // 1 - y keeps the absolute error of y, at most 3 · 2^-23; three times that for the products
  trial.expect_array("dx", Array({3}, {0.196611933f, 0.5f, -0.104993585f}), 1e-6);
}
