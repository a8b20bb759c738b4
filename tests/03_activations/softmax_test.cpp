#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

// exp, a sum of a few and a quotient, all at most 1: below 2^-22
constexpr double kTolerance = 3e-7;

TEST(Softmax, MatchesHandWorkedRows) {
  Trial trial("values");
  trial.give("x", Array({2, 3}, {3, 2, 1, 0, 0, 0})).give("axis", 1).run();
  const float third = 1.0f / 3;
  trial.expect_array("y", Array({2, 3}, {0.665240956f, 0.244728471f, 0.0900305732f, third, third, third}), kTolerance);
}

TEST(Softmax, LargeLogitsDoNotOverflow) {
  Trial trial("values");
  trial.give("x", Array({3, 2}, {1000, 1000, -1000, -1000, 10000, 0})).give("axis", 1).run();
  trial.expect_array("y", Array({3, 2}, {0.5f, 0.5f, 0.5f, 0.5f, 1, 0}));
}

TEST(Softmax, EveryRowSubtractsItsOwnMaximum) {
  Trial trial("values");
  trial.give("x", Array({2, 2}, {1000, 999, -1000, -1001})).give("axis", 1).run();
  trial.expect_array("y", Array({2, 2}, {0.731058579f, 0.268941421f, 0.731058579f, 0.268941421f}), kTolerance);
}

TEST(Softmax, GradientIsYTimesTheDistanceFromTheMean) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({2, 3}, {3, 2, 1, 0, 0, 0})).give("axis", 1);
  trial.give("dy", Array({2, 3}, {1, -1, 2, 3, 0, 0})).run();
  const float third = 1.0f / 3;
  trial.expect_array("dx", Array({2, 3}, {0.265714779f, -0.391705938f, 0.125991158f, 2 * third, -third, -third}),
                     1e-6);  // a few roundings of products up to 3
}
