#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(KaimingUniform, HasVarianceGainSquaredOverFanIn) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 100, 200), between(rng, 50, 100)};
  const double gain = 0.5 + rng.uniform();
  Trial trial("draw");
  trial.give_integers("shape", shape).give("gain", gain).give("seed", between(rng, 1, 1000000)).run();
  trial.expect_shape("weight", shape);
  const Array weight = trial.array("weight");
  double mean = 0, variance = 0;
  const auto n = static_cast<double>(weight.size());
  for (const float w : weight.values()) mean += w / n;
  for (const float w : weight.values()) variance += (w - mean) * (w - mean) / n;
  const double wanted = gain * gain / static_cast<double>(shape[1]);
  // Six standard deviations: of the mean √(variance / n), of the variance √(0.8 / n) of it, since the kurtosis of
  // uniform draws is 9/5. A right generator exceeds them twice in a thousand million.
  trial.expect(std::abs(mean) < 6 * std::sqrt(wanted / n), "the mean is " + std::to_string(mean) + ", not 0");
  trial.expect(std::abs(variance / wanted - 1) < 6 * std::sqrt(0.8 / n),
               "the variance is " + std::to_string(variance) + " where gain² / fan_in is " + std::to_string(wanted));
}

TEST(KaimingUniform, DrawsAreThoseOfTheGenerator) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 1, 6), between(rng, 1, 6), between(rng, 1, 6)};
  const double gain = 0.5 + rng.uniform();
  const std::int64_t seed = between(rng, 1, 1000000);
  Trial trial("draw");
  trial.give_integers("shape", shape).give("gain", gain).give("seed", seed).run();
  Rng same(static_cast<std::uint64_t>(seed));
  const double bound = gain * std::sqrt(3.0 / static_cast<double>(shape[1] * shape[2]));
  Array expected(shape);
  for (float& w : expected.values()) w = static_cast<float>(bound * (2.0 * same.uniform() - 1));
  trial.expect_array("weight", expected, 1e-6 * bound);  // a few roundings of values up to the bound
  trial.expect_number("next", same.uniform());
}
