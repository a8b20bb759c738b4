#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Dropout, DropsItsShareForRandomP) {
  Rng rng = rng_of_this_test();
  const double p = static_cast<float>(0.1 + 0.8 * rng.uniform());
  const Shape shape{between(rng, 50, 80), between(rng, 50, 80)};
  const Array x = uniform_array(rng, shape, 1, 2);
  Trial trial("two_calls");
  trial.give("x", x).give("p", p).give("seed", between(rng, 1, 1000000)).give("training", true).run();
  trial.expect_shape("first", shape);
  const Array y = trial.array("first");
  double dropped = 0;
  const auto n = static_cast<double>(x.size());
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const double kept = x.data()[i] / (1 - p);
    // 1 - p, the quotient and the product: three roundings, and 1 - p may be a tenth of the p that was rounded
    trial.expect(
        y.data()[i] == 0 || std::abs(y.data()[i] - kept) < 2e-6 * kept,
        std::to_string(x.data()[i]) + " became " + std::to_string(y.data()[i]) + " with p " + std::to_string(p));
    dropped += y.data()[i] == 0;
  }
  // six standard deviations of a binomial count
  trial.expect(std::abs(dropped - n * p) < 6 * std::sqrt(n * p * (1 - p)),
               "the share of dropped values is " + std::to_string(dropped / n) + " with p " + std::to_string(p));
}

TEST(Dropout, DrawsOneNumberPerValue) {
  Rng rng = rng_of_this_test();
  const std::int64_t seed = between(rng, 1, 1000000);
  const Array x({between(rng, 2, 9), between(rng, 2, 9)}, 1.0f);
  Trial trial("two_calls");
  trial.give("x", x).give("p", 0.5).give("seed", seed).give("training", true).run();
  Rng own(Rng(static_cast<std::uint64_t>(seed)).next());
  for (std::int64_t i = 0; i < 2 * x.size(); ++i) own.uniform();
  const double next = trial.number("next");
  trial.expect(next == own.uniform(),
               "after two calls rng_ is not where " + std::to_string(2 * x.size()) + " draws leave it: one per value");
}

TEST(Dropout, GradientHoldsForRandomArrays) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 2, 9), between(rng, 2, 9)};
  const Array x = uniform_array(rng, shape, 1, 2), dy = normal_array(rng, shape);
  Trial trial("forward_and_gradient");
  trial.give("x", x).give("p", 0.3).give("seed", between(rng, 1, 1000000)).give("dy", dy).run();
  const Array y = trial.array("y");
  Array dx(shape);
  for (std::int64_t i = 0; i < dx.size(); ++i)
    dx.data()[i] = y.data()[i] == 0 ? 0 : static_cast<float>(dy.data()[i] / 0.7);
  trial.expect_array("dx", dx, 0, 1e-6);  // three roundings of the factor and one of the product
}
