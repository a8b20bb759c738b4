#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Gelu, MatchesHandWorkedValues) {
  Trial trial("forward");
  trial.give("x", Array({4}, {-1, 0, 1, 2})).run();
  // a few roundings of values below 2; the tanh approximation is off by 1e-4 here
  trial.expect_array("y", Array({4}, {-0.158655254f, 0, 0.841344746f, 1.95449974f}), 1e-6);
}

TEST(Gelu, IsExactFarOnTheLeft) {
  Trial trial("forward");
  trial.give("x", Array({3}, {-4, -5, -6})).run();
  // the rounding of x/√2 counts x² times in erfc: 36 · 2^-24 = 2e-6 at -6, and as much for erfc itself
  trial.expect_array("y", Array({3}, {-1.26684967e-4f, -1.43325787e-6f, -5.91952587e-9f}), 0, 1e-5);
}

TEST(Gelu, GradientHasBothTerms) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({4}, {-1, 0, 1, 2})).give("dy", Array({4}, {1, 2, 1, -1})).run();
  trial.expect_array("dx", Array({4}, {-0.0833154706f, 1, 1.08331547f, -1.0852318f}),
                     2e-6);  // some ten roundings near 1
}
