#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Relu, HoldsForRandomArrays) {
  Rng rng = rng_of_this_test();
  for (int rank = 1; rank <= 3; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(between(rng, 1, 12));
    const Array x = normal_array(rng, shape), dy = normal_array(rng, shape);
    Array y(shape), dx(shape);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      y.data()[i] = x.data()[i] > 0 ? x.data()[i] : 0;
      dx.data()[i] = x.data()[i] > 0 ? dy.data()[i] : 0;
    }
    Trial trial("forward_and_gradient");
    trial.give("x", x).give("dy", dy).run();
    trial.expect_array("y", y);
    trial.expect_array("dx", dx);
  }
}

TEST(Relu, AddsItsGradientAndLeavesItsInput) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 2, 9), between(rng, 2, 9)};
  const Array x = normal_array(rng, shape), dy = normal_array(rng, shape);
  Array dx(shape);
  for (std::int64_t i = 0; i < x.size(); ++i) dx.data()[i] = x.data()[i] > 0 ? 2 * dy.data()[i] : dy.data()[i];
  Trial trial("used_twice");
  trial.give("x", x).give("dy", dy).run();
  trial.expect_array("x_after", x);
  trial.expect_array("dx", dx);  // doubling is exact
}
