#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Requantize, RoundsAndAddsTheZeroPoint) {
  // 50, -22.35, 45.6765, 60 and 0.2 steps
  Trial trial("codes");
  trial.give_integers("sums", {12500, -11175, 12345, 60000, 200})
      .give("multipliers", Array({5}, {0.004f, 0.002f, 0.0037f, 0.001f, 0.001f}))
      .give_integers("zero_points", {-100, -100, 3, -40, 5})
      .give_integers("lowest", {-127, -127, -127, -127, -127})
      .run();
  trial.expect_integers("codes", {-50, -122, 49, 20, 5});
}

TEST(Requantize, TiesGoToEven) {
  // 2.5, 3.5, -2.5, -3.5, 0.5, -0.5 and 1.5 steps
  Trial trial("codes");
  trial.give_integers("sums", {5, 7, -5, -7, 1, -1, 3})
      .give("multipliers", Array({7}, 0.5f))
      .give_integers("zero_points", {0, 0, 0, 0, 0, 0, 0})
      .give_integers("lowest", {-127, -127, -127, -127, -127, -127, -127})
      .run();
  trial.expect_integers("codes", {2, 4, -2, -4, 0, 0, 2});
}

TEST(Requantize, SaturatesAtBothEnds) {
  // 200 steps from -100 are code 100; 1000 steps are beyond 127. Below, lowest is the end: -127, or a ReLU's zero
  // point.
  Trial trial("codes");
  trial.give_integers("sums", {20000, 100000, -100000, -100000, -500})
      .give("multipliers", Array({5}, 0.01f))
      .give_integers("zero_points", {-100, -100, 20, 20, 20})
      .give_integers("lowest", {-127, -127, -127, 20, 20})
      .run();
  trial.expect_integers("codes", {100, 127, -127, 20, 20});
}
