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
