#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// The lesson's network, 2-2-1.
Trial lesson(const Array& x, bool relu_at_the_end) {
  Trial trial("forward");
  trial.give("layers", 2)
      .give_integers("weights0", {100, -40, -60, 127}, {2, 2})
      .give("scales0", Array({2}, {0.01f, 0.005f}))
      .give("bias0", Array({2}, {0.3f, -0.2f}))
      .give("relu0", true)
      .give("input_scale0", 0.02)
      .give("input_zero0", -25)
      .give_integers("weights1", {90, -110}, {1, 2})
      .give("scales1", Array({1}, 0.01f))
      .give("bias1", Array({1}, 0.1f))
      .give("relu1", relu_at_the_end)
      .give("input_scale1", 0.05)
      .give("input_zero1", -100)
      .give("x", x);
  return trial;
}

constexpr double kRounding = 1e-6;  // of 0.05, 0.01 and 0.1 as float32, in logits below 3

}  // namespace

TEST(IntegerNetwork, WorkedExampleOfTheLesson) {
  Trial trial = lesson(Array({1, 2}, {2.0f, -0.5f}), false);
  trial.run();
  trial.expect_array("logits", Array({1, 1}, 2.35f), kRounding);  // codes -50 and -100, then 50 · 90 · 0.0005 + 0.1
}

TEST(IntegerNetwork, RowsOfABatchDoNotMix) {
  // Hidden steps (50, 0), (6, 0) and (0, 12).
  Trial trial = lesson(Array({3, 2}, {2.0f, -0.5f, 0.0f, 0.0f, -0.5f, 1.0f}), false);
  trial.run();
  trial.expect_array("logits", Array({3, 1}, {2.35f, 0.37f, -0.56f}), kRounding);
}

TEST(IntegerNetwork, TheLastLayerMayHaveARelu) {
  Trial trial = lesson(Array({3, 2}, {2.0f, -0.5f, 0.0f, 0.0f, -0.5f, 1.0f}), true);
  trial.run();
  trial.expect_array("logits", Array({3, 1}, {2.35f, 0.37f, 0.0f}), kRounding);
}

TEST(IntegerNetwork, CodesStayUntilTheNextLayerHasReadThem) {
  // 1-1-2-1 with all weights, scales and steps 1: 3 becomes 3, (3, 3), 6; and 5 becomes 10.
  Trial trial("forward");
  const Shape weights[] = {{1, 1}, {2, 1}, {1, 2}};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string at = std::to_string(i);
    trial.give_integers("weights" + at, std::vector<std::int64_t>(i == 0 ? 1 : 2, 1), weights[i])
        .give("scales" + at, Array({weights[i][0]}, 1.0f))
        .give("relu" + at, false)
        .give("input_scale" + at, 1.0)
        .give("input_zero" + at, 0);
  }
  trial.give("layers", 3).give("x", Array({2, 1}, {3.0f, 5.0f})).run();
  trial.expect_array("logits", Array({2, 1}, {6.0f, 10.0f}));
}

TEST(IntegerNetwork, TheBiasJoinsTheSumAsAnInteger) {
  // A sum of 1 in units of 1, and a bias of 0.4: 0 units. The next step is 2, so 0.5 steps, a tie: code 0, logit 0. In
  // floats it would be 1.4 / 2 = 0.7: code 1, logit 2.
  Trial trial("forward");
  for (const char* at : {"0", "1"}) {
    trial.give_integers(std::string("weights") + at, {1}, {1, 1})
        .give(std::string("scales") + at, Array({1}, 1.0f))
        .give(std::string("relu") + at, false)
        .give(std::string("input_zero") + at, 0);
  }
  trial.give("layers", 2).give("bias0", Array({1}, 0.4f)).give("input_scale0", 1.0).give("input_scale1", 2.0);
  trial.give("x", Array({2, 1}, {1.0f, 3.0f})).run();
  trial.expect_array("logits", Array({2, 1}, {0.0f, 4.0f}));  // 3 is 1.5 steps, a tie again: code 2
}

TEST(IntegerNetwork, PixelsAreCodesAlready) {
  // Mean 0 and deviation 1/255: a pixel's value is its number. All weights are 1, so it is the logit too. For floats
  // the first layer has other constants, a step of 2 and the zero point -10.
  Trial trial("forward_pixels");
  for (const char* at : {"0", "1"}) {
    trial.give_integers(std::string("weights") + at, {1}, {1, 1})
        .give(std::string("scales") + at, Array({1}, 1.0f))
        .give(std::string("relu") + at, true);
  }
  trial.give("layers", 2)
      .give("input_scale0", 2.0)
      .give("input_zero0", -10)
      .give("input_scale1", 1.0)
      .give("input_zero1", 0);
  trial.give_integers("pixels", {0, 40, 127}, {3, 1}).give("mean", 0.0).give("standard_deviation", 1.0 / 255).run();
  trial.expect_array("logits", Array({3, 1}, {0.0f, 40.0f, 127.0f}), 1e-4);  // 1/255 as float32
}
