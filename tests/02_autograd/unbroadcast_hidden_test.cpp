#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Whole numbers in [-8, 8]: their sums are exact in float.
void expect_random(Rng& rng, const Shape& stretched, const Shape& shape) {
  Array gradient(stretched);
  for (float& value : gradient.values()) value = static_cast<float>(between(rng, -8, 8));
  Array expected(shape, 0.0f);
  for (std::int64_t flat = 0; flat < gradient.size(); ++flat) {
    std::int64_t rest = flat, position = 0, step = 1;
    for (std::size_t back = 1; back <= shape.size(); ++back) {
      const std::int64_t index = rest % stretched[stretched.size() - back], own = shape[shape.size() - back];
      rest /= stretched[stretched.size() - back];
      if (own != 1) position += index * step;
      step *= own;
    }
    expected.data()[position] += gradient.data()[flat];
  }
  Trial trial("sum_down");
  trial.give("gradient", gradient).give_integers("shape", shape).run();
  trial.expect_array("result", expected);
}

}  // namespace

TEST(Unbroadcast, HoldsForRandomShapes) {
  Rng rng = rng_of_this_test();
  for (std::int64_t rank : {1, 2, 2, 3, 3, 4, 4, 5}) {
    Shape stretched, shape;
    const std::int64_t added = between(rng, 0, rank);
    for (std::int64_t axis = 0; axis < rank; ++axis) {
      stretched.push_back(between(rng, 1, 5));
      if (axis >= added) shape.push_back(between(rng, 0, 1) == 0 ? 1 : stretched.back());
    }
    expect_random(rng, stretched, shape);
  }
}

TEST(Unbroadcast, KeepsOnesInFront) {
  Rng rng = rng_of_this_test();
  const std::int64_t p = between(rng, 2, 6), q = between(rng, 2, 6), r = between(rng, 2, 6);
  expect_random(rng, {p, q}, {1, q});
  expect_random(rng, {p, q, r}, {1, 1, r});
  expect_random(rng, {p, q, r}, {1, 1});
  expect_random(rng, {p, 1, r}, {1, 1, r});
}
