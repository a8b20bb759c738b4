#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// lr 0.1, beta1 0.9, beta2 0.999, from the beginning: m = v = 0 and step 1.
Trial adam(const Array& w, const Array& gradients, double weight_decay, bool decoupled, double epsilon = 1e-8) {
  Trial trial("steps");
  trial.give("w", w).give("m", Array(w.shape(), 0.0f)).give("v", Array(w.shape(), 0.0f));
  trial.give("gradients", gradients).give("first_step", 1).give("lr", 0.1).give("beta1", 0.9).give("beta2", 0.999);
  trial.give("epsilon", epsilon).give("weight_decay", weight_decay).give("decoupled", decoupled);
  return trial;
}

// 1 - 0.999f is 1.3e-5 of itself away from 0.001 however it is computed, and v with it.
constexpr double kBeta = 2e-5;
// A step of 0.1, with the root of a v that may be off by kBeta or a correction computed in float.
constexpr double kStep = 5e-6;

}  // namespace

TEST(AdamStep, FirstStepIsTheLearningRate) {
  Trial trial = adam(Array({3}, {1, 1, 1}), Array({1, 3}, {0.01f, 10, -3}), 0, false);
  trial.run();
  trial.expect_array("w", Array({1, 3}, {0.9f, 0.9f, 1.1f}), kStep);
}

TEST(AdamStep, KeepsItsMeansUncorrected) {
  Trial trial = adam(Array({1}, {1}), Array({2, 1}, {0.5f, -0.25f}), 0, false);
  trial.run();
  trial.expect_array("m", Array({1}, {0.02f}), 1e-7);
  trial.expect_array("v", Array({1}, {0.00031225f}), 0, kBeta);
  trial.expect_array("w", Array({2, 1}, {0.9f, 0.8733663f}), kStep);
}

TEST(AdamStep, WeightDecayOfAdamJoinsTheGradient) {
  Trial trial = adam(Array({1}, {2}), Array({1, 1}, {0}), 0.5, false);
  trial.run();
  trial.expect_array("m", Array({1}, {0.1f}), 1e-7);
  trial.expect_array("v", Array({1}, {0.001f}), 0, kBeta);
  trial.expect_array("w", Array({1, 1}, {1.9f}), kStep);
}

TEST(AdamStep, WeightDecayOfAdamWShrinksTheWeight) {
  Trial trial = adam(Array({1}, {2}), Array({1, 1}, {4}), 0.5, true);
  trial.run();
  trial.expect_array("m", Array({1}, {0.4f}), 1e-6);
  trial.expect_array("w", Array({1, 1}, {1.8f}), kStep);  // 2 - 0.1 · 0.5 · 2 - 0.1
}

TEST(AdamStep, EpsilonIsAddedToTheRoot) {
  Trial still = adam(Array({1}, {1}), Array({1, 1}, {0}), 0, false);
  still.run();
  still.expect_array("w", Array({1, 1}, {1}));
  Trial large = adam(Array({1}, {1}), Array({1, 1}, {3}), 0, false, 1);
  large.run();
  large.expect_array("w", Array({1, 1}, {0.925f}), kStep);  // 1 - 0.1 · 3 / (√9 + 1)
}
