#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Dropout, IsTheIdentityInEvaluation) {
  Trial trial("two_calls");
  trial.give("x", Array({4}, {1, -2, 3, 4})).give("p", 0.5).give("seed", 1).give("training", false).run();
  trial.expect_array("first", Array({4}, {1, -2, 3, 4}));
  trial.expect_array("second", Array({4}, {1, -2, 3, 4}));
}

TEST(Dropout, WithPZeroKeepsEverything) {
  Trial trial("two_calls");
  trial.give("x", Array({4}, {1, -2, 3, 4})).give("p", 0.0).give("seed", 1).give("training", true).run();
  trial.expect_array("first", Array({4}, {1, -2, 3, 4}));
}

TEST(Dropout, ScalesWhatStaysByOneOverOneMinusP) {
  Trial trial("two_calls");
  trial.give("x", Array({10, 100}, 3.0f)).give("p", 0.25).give("seed", 1).give("training", true).run();
  std::int64_t dropped = 0;
  const Array first = trial.array("first");
  for (const float v : first.values()) {
    trial.expect(v == 0 || std::abs(v - 4) < 1e-6, "a 3 became " + std::to_string(v) + "; 0 and 4 are possible");
    dropped += v == 0;
  }
  // 1,000 draws with p = 1/4: 250, with a standard deviation of 13.7; six of them
  trial.expect(std::abs(static_cast<double>(dropped) - 250) < 83,
               std::to_string(dropped) + " of 1,000 values were dropped; about 250 are due");
}

TEST(Dropout, DrawsANewMaskWithEveryCall) {
  Trial trial("two_calls");
  trial.give("x", Array({8, 8}, 1.0f)).give("p", 0.5).give("seed", 3).give("training", true).run();
  const Array first = trial.array("first"), second = trial.array("second");
  bool same = true;
  for (std::int64_t i = 0; i < 64; ++i) same = same && first.data()[i] == second.data()[i];
  trial.expect(!same, "two calls dropped the same of 64 values");
}

TEST(Dropout, GradientPassesThroughTheSameMask) {
  Trial trial("forward_and_gradient");
  trial.give("x", Array({2, 4}, 1.0f)).give("p", 0.5).give("seed", 5);
  trial.give("dy", Array({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8})).run();
  const Array y = trial.array("y");
  Array dx({2, 4});
  for (std::int64_t i = 0; i < 8; ++i)
    dx.data()[i] = y.data()[i] * static_cast<float>(i + 1);  // y is 0 or 2, as the mask
  trial.expect_array("dx", dx);
}
