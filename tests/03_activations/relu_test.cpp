#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Relu, NegativesBecomeZero) {
  Trial trial("forward");
  trial.give("x", Array({4}, {-2, -0.5f, 0.5f, 2})).run();
  trial.expect_array("y", Array({4}, {0, 0, 0.5f, 2}));
}

TEST(Relu, NanStaysNan) {
  Trial trial("forward");
  trial.give("x", Array({4}, {-1, NAN, INFINITY, -INFINITY})).run();
  trial.expect_array("y", Array({4}, {0, NAN, INFINITY, 0}));
}

TEST(Relu, GradientPassesWhereTheInputIsPositive) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({4}, {-2, -1, 0.5f, 2})).give("dy", Array({4}, {1, 2, 3, 4})).run();
  trial.expect_array("dx", Array({4}, {0, 0, 3, 4}));
}

TEST(Relu, GradientAtZeroIsZero) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({3}, {-1, 0, 1})).give("dy", Array({3}, {5, 5, 5})).run();
  trial.expect_array("dx", Array({3}, {0, 0, 5}));
}
