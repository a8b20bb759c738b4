#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// A handful of float operations on values of about 1: each off by 2^-24 at most.
constexpr double kRounding = 1e-6;

Trial sgd(double lr, double momentum, double weight_decay, bool nesterov) {
  Trial trial("steps");
  trial.give("lr", lr).give("momentum", momentum).give("weight_decay", weight_decay).give("nesterov", nesterov);
  return trial;
}

}  // namespace

TEST(SgdStep, PlainStepGoesAgainstTheGradient) {
  Trial trial = sgd(0.5, 0, 0, false);
  trial.give("w", Array({2}, {1, -2})).give("gradients", Array({1, 2}, {0.5f, -1})).give("count", 2).run();
  trial.expect_array("w", Array({1, 2}, {0.75f, -1.5f}));  // powers of two: exact
}

TEST(SgdStep, VelocityRemembersPastGradients) {
  Trial trial = sgd(0.1, 0.9, 0, false);
  trial.give("w", Array({1}, {1})).give("velocity", Array({1}, {0})).give("count", 1);
  trial.give("gradients", Array({3, 1}, {0.5f, 0.5f, -0.25f})).run();
  trial.expect_array("w", Array({3, 1}, {0.95f, 0.855f, 0.7945f}), kRounding);
  trial.expect_array("velocity", Array({1}, {0.605f}), kRounding);
}

TEST(SgdStep, WeightDecayJoinsTheGradient) {
  Trial plain = sgd(0.1, 0, 0.01, false);
  plain.give("w", Array({1}, {2})).give("gradients", Array({1, 1}, {0.5f})).give("count", 1).run();
  plain.expect_array("w", Array({1, 1}, {1.948f}), kRounding);
  Trial heavy = sgd(0.1, 0.5, 0.01, false);
  heavy.give("w", Array({1}, {2})).give("velocity", Array({1}, {1})).give("count", 1);
  heavy.give("gradients", Array({1, 1}, {0.5f})).run();
  heavy.expect_array("velocity", Array({1}, {1.02f}), kRounding);  // 0.5 · 1 + 0.5 + 0.01 · 2
  heavy.expect_array("w", Array({1, 1}, {1.898f}), kRounding);
}

TEST(SgdStep, NesterovStepsAlongTheNewVelocity) {
  Trial trial = sgd(0.1, 0.9, 0, true);
  trial.give("w", Array({1}, {1})).give("velocity", Array({1}, {0})).give("count", 1);
  trial.give("gradients", Array({3, 1}, {0.5f, 0.5f, -0.25f})).run();
  trial.expect_array("w", Array({3, 1}, {0.905f, 0.7695f, 0.74005f}), kRounding);
  trial.expect_array("velocity", Array({1}, {0.605f}), kRounding);
}
