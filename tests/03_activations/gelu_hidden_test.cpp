#include <algorithm>
#include <cmath>
#include <numbers>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

double cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

}  // namespace

TEST(Gelu, HoldsForRandomArrays) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 1, 6), between(rng, 1, 6), between(rng, 1, 6)};
  const Array x = uniform_array(rng, shape, -6, 6), dy = normal_array(rng, shape);
  Array y(shape), dx(shape);
  float largest = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const double v = x.data()[i];
    y.data()[i] = static_cast<float>(v * cdf(v));
    dx.data()[i] = static_cast<float>(dy.data()[i] * (cdf(v) + v * density(v)));
    largest = std::max(largest, std::abs(dy.data()[i]));
  }
  Trial trial("forward_and_gradient");
  trial.give("x", x).give("dy", dy).run();
  trial.expect_array("y", y, 0, 1e-5);           // the rounding of x/√2 counts x² times, up to 36 · 2^-24
  trial.expect_array("dx", dx, 2e-6 * largest);  // some ten roundings of numbers up to 1.13 times dy
}

TEST(Gelu, EndsAreZeroAndX) {
  Trial trial("forward");
  trial.give("x", Array({5}, {-INFINITY, -1e4f, 1e4f, INFINITY, NAN})).run();
  trial.expect_array("y", Array({5}, {0, 0, 1e4f, INFINITY, NAN}));
  Trial slopes("forward_and_gradient");
  slopes.give("x", Array({4}, {-INFINITY, -1e4f, 1e4f, INFINITY})).give("dy", Array({4}, {1, 1, 1, 1})).run();
  slopes.expect_array("dx", Array({4}, {0, 0, 1, 1}));
}
