#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// The norm, the factor and the product are each rounded to float once: 3 · 6e-8 relative.
constexpr double kRounding = 1e-6;

}  // namespace

TEST(ClipGradNorm, HoldsForRandomParameters) {
  Rng rng = rng_of_this_test();
  for (const double share : {0.05, 0.7, 1.5}) {  // of the norm that is allowed
    const std::int64_t count = between(rng, 2, 6), missing = between(rng, 0, count - 1);
    Trial trial("clip");
    std::vector<Array> gradients;
    double squares = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      Shape shape{between(rng, 1, 12)};
      if (between(rng, 0, 1) == 1) shape.push_back(between(rng, 1, 7));
      gradients.push_back(normal_array(rng, shape, 3));
      if (i == missing) continue;
      trial.give("g" + std::to_string(i), gradients.back());
      for (const float g : gradients.back().values()) squares += double{g} * g;
    }
    const auto max_norm = static_cast<float>(share * std::sqrt(squares));
    trial.give("parameters", count).give("max_norm", double{max_norm}).run();
    trial.expect_number("norm", std::sqrt(squares), 0, kRounding);
    const double factor = share < 1 ? max_norm / std::sqrt(squares) : 1;
    for (std::int64_t i = 0; i < count; ++i) {
      if (i == missing) continue;
      Array expected = gradients[static_cast<std::size_t>(i)].clone();
      for (float& g : expected.values()) g = static_cast<float>(g * factor);
      trial.expect_array("g" + std::to_string(i), expected, 0, share < 1 ? kRounding : 0);
    }
  }
}

TEST(ClipGradNorm, AddsUpInDouble) {
  Rng rng = rng_of_this_test();
  // The large square is above 2^24, where a float sum no longer counts ones.
  const std::int64_t ones = between(rng, 100000, 200000);
  const auto large = static_cast<float>(between(rng, 5000, 6000));
  Trial many("clip");
  many.give("parameters", 2)
      .give("g0", Array({1}, {large}))
      .give("g1", Array({ones}, 1.0f))
      .give("max_norm", 1e9)
      .run();
  many.expect_number("norm", std::sqrt(double{large} * large + static_cast<double>(ones)), 0, kRounding);
  Trial huge("clip");
  huge.give("parameters", 1).give("g0", Array({2}, {3e30f, 4e30f})).give("max_norm", 1.0).run();
  huge.expect_number("norm", 5e30, 0, kRounding);
  huge.expect_array("g0", Array({2}, {0.6f, 0.8f}), 0, kRounding);
}

TEST(ClipGradNorm, WritesToNoMemoryThatAGradientShares) {
  Rng rng = rng_of_this_test();
  const Array g = uniform_array(rng, {between(rng, 2, 20)}, 1, 2);
  double squares = 0;
  for (const float x : g.values()) squares += 2 * double{x} * x;
  Array expected = g.clone();
  for (float& x : expected.values()) x = static_cast<float>(x / std::sqrt(squares));
  Trial trial("clip_shared");
  trial.give("g0", g).give("max_norm", 1.0).run();
  trial.expect_array("g0", expected, 0, kRounding);
  trial.expect_array("g1", expected, 0, kRounding);
  trial.expect_array("held", g);
}
