#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(FusedRelu, WorkedExampleOfTheLesson) {
  // Sums with bias 12,500, -11,175 and 60,000: 50, -22 and 60 steps from -100; stored codes are 128 more.
  for (const bool relu : {false, true}) {
    Trial trial("row");
    trial.give_integers("sums", {11000, -9175, 59000})
        .give_integers("offset", {1500, -2000, 1000})
        .give("multiplier", Array({3}, {0.004f, 0.002f, 0.001f}))
        .give("zero_point", -100)
        .give("relu", relu)
        .run();
    trial.expect_integers("codes", {-50 + 128, (relu ? -100 : -122) + 128, -40 + 128});
  }
}

TEST(FusedRelu, TheClampBeginsAtTheZeroPoint) {
  // As in the lesson's picture: 0.0 is code -40. Positive values may have negative codes, and a high zero point cuts
  // above 0.
  Trial low("row");
  low.give_integers("sums", {-30, -1, 0, 1, 20, 60})
      .give("multiplier", Array({6}, 1.0f))
      .give("zero_point", -40)
      .give("relu", true)
      .run();
  low.expect_integers("codes", {88, 88, 88, 89, 108, 148});
  Trial high("row");
  high.give_integers("sums", {-30, 0, 30})
      .give("multiplier", Array({3}, 1.0f))
      .give("zero_point", 50)
      .give("relu", true)
      .run();
  high.expect_integers("codes", {178, 178, 208});
}

TEST(FusedRelu, WithoutReluTheLowestCodeIsMinus127) {
  Trial trial("row");
  trial.give_integers("sums", {-1000, -127, 1000})
      .give("multiplier", Array({3}, 1.0f))
      .give("zero_point", 0)
      .give("relu", false)
      .run();
  trial.expect_integers("codes", {1, 1, 255});
}
