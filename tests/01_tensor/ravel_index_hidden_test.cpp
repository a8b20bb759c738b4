#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Shape random_shape(Rng& rng) {
  Shape shape(static_cast<std::size_t>(between(rng, 2, 6)));
  for (std::int64_t& size : shape) size = between(rng, 1, 50);
  return shape;
}

Shape random_index(Rng& rng, const Shape& shape) {
  Shape index;
  for (const std::int64_t size : shape) index.push_back(between(rng, -size, size - 1));
  return index;
}

}  // namespace

TEST(RavelIndex, HoldsForRandomIndices) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 12; ++i) {
    const Shape shape = random_shape(rng), index = random_index(rng, shape);
    std::int64_t expected = 0, stride = 1;
    for (std::size_t back = shape.size(); back-- > 0; stride *= shape[back])
      expected += (index[back] < 0 ? shape[back] + index[back] : index[back]) * stride;
    Trial trial("locate");
    trial.give_integers("index", index).give_integers("shape", shape).run();
    trial.expect_integer("position", expected);
  }
}

TEST(RavelIndex, RefusesAnIndexOutsideAnyAxis) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 8; ++i) {
    const Shape shape = random_shape(rng);
    Shape index = random_index(rng, shape);
    const auto axis = static_cast<std::size_t>(between(rng, 0, static_cast<std::int64_t>(shape.size()) - 1));
    index[axis] = i % 2 == 0 ? shape[axis] + between(rng, 0, 3) : -shape[axis] - 1 - between(rng, 0, 3);
    Trial trial("locate");
    trial.give_integers("index", index).give_integers("shape", shape);
    trial.run_and_expect_error({std::to_string(index[axis])});
  }
}
