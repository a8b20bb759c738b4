#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

double exact(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST(Sigmoid, IsRightFromMinusEightyToEighty) {
  Rng rng = rng_of_this_test();
  const Array x = uniform_array(rng, {between(rng, 1, 8), between(rng, 20, 60)}, -80, 80);
  Array y(x.shape());
  for (std::int64_t i = 0; i < x.size(); ++i) y.data()[i] = static_cast<float>(exact(x.data()[i]));
  Trial trial("forward");
  trial.give("x", x).run();
  trial.expect_array("y", y, 0, 4 * 0x1p-23);  // three roundings, one more step for exp, and that of the oracle
}

TEST(Sigmoid, GradientHoldsForRandomArrays) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 1, 6), between(rng, 1, 6), between(rng, 1, 6)};
  const Array x = normal_array(rng, shape, 3), dy = normal_array(rng, shape, 2);
  Array dx(shape);
  float largest = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const double y = exact(x.data()[i]);
    dx.data()[i] = static_cast<float>(dy.data()[i] * y * (1 - y));
    largest = std::max(largest, std::abs(dy.data()[i]));
  }
  Trial trial("forward_and_gradient");
  trial.give("x", x).give("dy", dy).run();
  trial.expect_array("dx", dx, 1e-6 * largest);  // as in the visible test, times what comes from above
}
