#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

// exp, a short sum, a logarithm below 1.1 and a difference up to 3: a few roundings of 2^-23
constexpr double kTolerance = 1e-6;

TEST(LogSoftmax, MatchesHandWorkedRows) {
  Trial trial("values");
  trial.give("x", Array({2, 3}, {2, 1, 0, 0, 0, 0})).give("axis", 1).run();
  const float log3 = 1.09861229f;
  trial.expect_array("y", Array({2, 3}, {-0.407605964f, -1.40760596f, -2.40760596f, -log3, -log3, -log3}), kTolerance);
}

TEST(LogSoftmax, IsFiniteWhereSoftmaxUnderflows) {
  Trial trial("values");
  trial.give("x", Array({2, 2}, {1000, 0, -200, 0})).give("axis", 1).run();
  trial.expect_array("y", Array({2, 2}, {0, -1000, -200, 0}));
}

TEST(LogSoftmax, KeepsItsDigitsAmongLargeLogits) {
  Trial trial("values");
  trial.give("x", Array({2, 2}, {10000, 10000, -10000, -10000})).give("axis", 1).run();
  const float log2 = 0.693147181f;
  trial.expect_array("y", Array({2, 2}, {-log2, -log2, -log2, -log2}), kTolerance);
}

TEST(LogSoftmax, GradientTakesAwayTheSoftmaxShare) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({2, 3}, {2, 1, 0, 0, 0, 0})).give("axis", 1);
  trial.give("dy", Array({2, 3}, {1, 0, 2, 3, 0, 0})).run();
  trial.expect_array("dx", Array({2, 3}, {-0.995722867f, -0.734185413f, 1.72990828f, 2, -1, -1}), 2e-6);
}
