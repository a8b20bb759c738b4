#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(FoldBias, CountsInUnitsOfTheSums) {
  Trial trial("fold");  // the lesson's example, and a bias of 8 in units of 0.0002
  trial.give("bias", Array({3}, {0.3f, -0.2f, 8}))
      .give("input_scale", 0.02)
      .give("weight_scales", Array({3}, {0.01f, 0.005f, 0.01f}))
      .give("terms", 2)
      .run();
  trial.expect_integers("folded", {1500, -2000, 40000});
}

TEST(FoldBias, TiesGoToEven) {
  Trial trial("fold");  // 0.5, 1.5, 2.5, -0.5, -1.5, -2.5 and 0.75 units, all exact
  trial.give("bias", Array({7}, {0.125f, 0.375f, 0.625f, -0.125f, -0.375f, -0.625f, 0.1875f}))
      .give("input_scale", 0.5)
      .give("weight_scales", Array({7}, 0.5f))
      .give("terms", 10)
      .run();
  trial.expect_integers("folded", {0, 2, 2, 0, -2, -2, 1});
}

TEST(FoldBias, NoBiasGivesZeros) {
  Trial trial("fold");
  trial.give("input_scale", 0.02).give("weight_scales", Array({3}, {0.01f, 0.005f, 0.01f})).give("terms", 10).run();
  trial.expect_integers("folded", {0, 0, 0});
}

TEST(FoldBias, RefusesWhatInt32DoesNotHold) {
  Trial large("fold");  // 5 / 1e-9 = 5,000,000,000
  large.give("bias", Array({3}, {0, 5, 0}))
      .give("input_scale", 1.0)
      .give("weight_scales", Array({3}, {1, 1e-9f, 1}))
      .give("terms", 1);
  large.run_and_expect_error({"channel 1"});
  Trial none("fold");
  none.give("bias", Array({2}, {1, NAN}))
      .give("input_scale", 1.0)
      .give("weight_scales", Array({2}, {1, 1}))
      .give("terms", 1);
  none.run_and_expect_error({"channel 1"});
}
