#include <cmath>
#include <string>
#include <vector>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Exact {
  std::vector<double> y, dx;
};

/// Softmax along one axis and, if there is a dy, its gradient, in double: element by element from the definition.
Exact exact(const Array& x, std::int64_t axis, const Array& dy = {}) {
  std::int64_t inner = 1;
  for (auto i = static_cast<std::size_t>(axis) + 1; i < x.rank(); ++i) inner *= x.shape()[i];
  const std::int64_t width = x.dim(axis);
  const auto n = static_cast<std::size_t>(x.size());
  Exact result{std::vector<double>(n), std::vector<double>(n)};
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const std::int64_t first = i / (inner * width) * inner * width + i % inner;
    double total = 0, weighted = 0;
    for (std::int64_t j = 0; j < width; ++j) {
      const double e = std::exp(static_cast<double>(x.data()[first + j * inner]) - x.data()[i]);
      total += e;
      if (dy.defined()) weighted += e * dy.data()[first + j * inner];
    }
    const auto at = static_cast<std::size_t>(i);
    result.y[at] = 1 / total;
    if (dy.defined()) result.dx[at] = (dy.data()[i] - weighted / total) / total;
  }
  return result;
}

Array to_array(const Shape& shape, const std::vector<double>& values) {
  Array array(shape);
  for (std::size_t i = 0; i < values.size(); ++i) array.data()[i] = static_cast<float>(values[i]);
  return array;
}

}  // namespace

TEST(Softmax, HoldsOverEveryAxis) {
  Rng rng = rng_of_this_test();
  for (int rank = 1; rank <= 3; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(between(rng, 2, 9));
    const Array x = normal_array(rng, shape, 4);
    for (int axis = 0; axis < rank; ++axis) {
      Trial trial("values");
      trial.give("x", x).give("axis", axis).run();
      // differences below 64 round to within 2^-19, which is the relative error of their exp; ten more roundings
      trial.expect_array("y", to_array(shape, exact(x, axis).y), 1e-30, 4e-6);
    }
  }
}

TEST(Softmax, GradientHoldsOverEveryAxis) {
  Rng rng = rng_of_this_test();
  for (int rank = 1; rank <= 3; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(between(rng, 2, 9));
    const Array x = normal_array(rng, shape, 2), dy = normal_array(rng, shape);
    for (int axis = 0; axis < rank; ++axis) {
      Trial trial("forward_and_gradient");
      trial.give("x", x).give("axis", axis).give("dy", dy).run();
      // y to 2^-19 as above, times differences of dy up to 8
      trial.expect_array("dx", to_array(shape, exact(x, axis, dy).dx), 8 * 0x1p-19);
    }
  }
}

TEST(Softmax, NanStaysInItsRow) {
  Rng rng = rng_of_this_test();
  const std::int64_t width = between(rng, 2, 6), place = between(rng, 0, width - 1);
  Array x({3, width}, 1.0f), y({3, width}, 1.0f / static_cast<float>(width));
  x.data()[width + place] = NAN;
  for (std::int64_t j = 0; j < width; ++j) y.data()[width + j] = NAN;
  Trial trial("values");
  trial.give("x", x).give("axis", 1).run();
  trial.expect_array("y", y, 0, 0x1p-22);  // equal exponentials of 1: a sum that is exact and a quotient
  Trial nothing("values");
  nothing.give("x", Array({2, 2}, {-INFINITY, -INFINITY, 0, -INFINITY})).give("axis", 1).run();
  nothing.expect_array("y", Array({2, 2}, {NAN, NAN, 1, 0}));
}
