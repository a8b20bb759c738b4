#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

// Up to 8 steps. |g| <= 1.1, so |v| <= 8.8 and |w| <= 9 at lr <= 0.1: some 6 roundings a step of at most 9 · 2^-24
// each, and those of v enter w through all later steps: below 8 · 6 · 9 · 6e-8 · 2 = 5e-5.
constexpr double kRounding = 5e-5;

TEST(SgdStep, FollowsTheFormulaOverManySteps) {
  Rng rng = rng_of_this_test();
  for (const bool nesterov : {false, true}) {
    for (const bool heavy : {false, true}) {
      if (nesterov && !heavy) continue;
      const std::int64_t n = between(rng, 1, 40), steps = between(rng, 3, 8);
      const float lr = rng.uniform(0.02f, 0.1f), momentum = heavy ? rng.uniform(0.5f, 0.95f) : 0;
      const float decay = rng.uniform(0.02f, 0.1f);
      const Array w0 = uniform_array(rng, {n}, -1, 1), v0 = uniform_array(rng, {n}, -1, 1);
      const Array gradients = uniform_array(rng, {steps, n}, -1, 1);
      Array track({steps, n}), velocity({n});
      for (std::int64_t i = 0; i < n; ++i) {
        double w = w0.data()[i], v = v0.data()[i];
        for (std::int64_t t = 0; t < steps; ++t) {
          const double g = gradients.data()[t * n + i] + static_cast<double>(decay) * w;
          v = static_cast<double>(momentum) * v + g;
          const double direction = !heavy ? g : nesterov ? g + static_cast<double>(momentum) * v : v;
          w -= static_cast<double>(lr) * direction;
          track.data()[t * n + i] = static_cast<float>(w);
        }
        velocity.data()[i] = static_cast<float>(v);
      }
      Trial trial("steps");
      trial.give("w", w0).give("gradients", gradients).give("count", n).give("nesterov", nesterov);
      trial.give("lr", double{lr}).give("momentum", double{momentum}).give("weight_decay", double{decay});
      if (heavy) trial.give("velocity", v0);
      trial.run();
      trial.expect_array("w", track, kRounding);
      if (heavy) trial.expect_array("velocity", velocity, kRounding);
    }
  }
}

TEST(SgdStep, TouchesOnlyItsOwnWeights) {
  Rng rng = rng_of_this_test();
  for (const std::int64_t count : {std::int64_t{0}, between(rng, 1, 20)}) {
    const std::int64_t n = count + 3;
    const Array w0 = uniform_array(rng, {n}, -1, 1), v0 = uniform_array(rng, {n}, -1, 1);
    const Array g = uniform_array(rng, {1, n}, -1, 1);
    Array w({1, n}), v({n});
    for (std::int64_t i = 0; i < n; ++i) {
      const float moved = 0.5f * v0.data()[i] + g.data()[i];
      v.data()[i] = i < count ? moved : v0.data()[i];
      w.data()[i] = i < count ? w0.data()[i] - 0.25f * moved : w0.data()[i];
    }
    Trial trial("steps");
    trial.give("w", w0).give("velocity", v0).give("gradients", g).give("count", count).give("nesterov", false);
    trial.give("lr", 0.25).give("momentum", 0.5).give("weight_decay", 0.0).run();
    trial.expect_array("w", w, kRounding);
    trial.expect_array("velocity", v, kRounding);
    for (std::int64_t i = count; i < n; ++i)
      trial.expect(trial.array("w").data()[i] == w0.data()[i] && trial.array("velocity").data()[i] == v0.data()[i],
                   "count is " + std::to_string(count) + ", but element " + std::to_string(i) + " was changed");
  }
}
