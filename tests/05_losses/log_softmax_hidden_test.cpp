#include <cmath>
#include <vector>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// log_softmax along one axis and its gradient for dy, in double: element by element from the definition.
void exact(const Array& x, std::int64_t axis, const Array& dy, Array& y, Array& dx) {
  std::int64_t inner = 1;
  for (auto i = static_cast<std::size_t>(axis) + 1; i < x.rank(); ++i) inner *= x.shape()[i];
  const std::int64_t width = x.dim(axis);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const std::int64_t first = i / (inner * width) * inner * width + i % inner;
    double total = 0, from_above = 0;  // Σ e^(x_j - x_i): its logarithm is -y_i, its reciprocal the softmax
    for (std::int64_t j = 0; j < width; ++j) {
      total += std::exp(static_cast<double>(x.data()[first + j * inner]) - x.data()[i]);
      from_above += dy.data()[first + j * inner];
    }
    y.data()[i] = static_cast<float>(-std::log(total));
    dx.data()[i] = static_cast<float>(dy.data()[i] - from_above / total);
  }
}

}  // namespace

TEST(LogSoftmax, HoldsOverEveryAxis) {
  Rng rng = rng_of_this_test();
  for (int rank = 1; rank <= 3; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(between(rng, 2, 9));
    const Array x = normal_array(rng, shape, 4), dy = normal_array(rng, shape);
    Array y(shape), dx(shape);
    for (int axis = 0; axis < rank; ++axis) {
      exact(x, axis, dy, y, dx);
      Trial trial("values");
      trial.give("x", x).give("axis", axis).run();
      trial.expect_array("y", y, 4 * 0x1p-19);  // differences below 64, each rounded to 2^-19 at worst
    }
  }
}

TEST(LogSoftmax, GradientHoldsOverEveryAxis) {
  Rng rng = rng_of_this_test();
  for (int rank = 1; rank <= 3; ++rank) {
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(between(rng, 2, 9));
    const Array x = normal_array(rng, shape, 2), dy = normal_array(rng, shape);
    Array y(shape), dx(shape);
    for (int axis = 0; axis < rank; ++axis) {
      exact(x, axis, dy, y, dx);
      Trial trial("forward_and_gradient");
      trial.give("x", x).give("axis", axis).give("dy", dy).run();
      trial.expect_array("dx", dx, 4e-5);  // softmax to 4 · 2^-20 of itself, times a sum of dy up to about 10
    }
  }
}

TEST(LogSoftmax, RowsFarApartStayFinite) {
  Rng rng = rng_of_this_test();
  const std::int64_t width = between(rng, 3, 9), top = between(rng, 0, width - 1);
  Array x({3, width}), y({3, width});
  for (std::int64_t row = 0; row < 3; ++row) {
    const auto base = static_cast<float>((row - 1) * between(rng, 1000, 5000));
    for (std::int64_t j = 0; j < width; ++j) {
      const float below = j == top ? 0 : static_cast<float>(-between(rng, 110, 4000));  // e^-110 is 0 in float32
      x.data()[row * width + j] = base + below;
      y.data()[row * width + j] = below;
    }
  }
  Trial trial("values");
  trial.give("x", x).give("axis", 1).run();
  trial.expect_array("y", y);  // whole numbers below 2^24 and a logarithm of exactly 1
}

TEST(LogSoftmax, NanStaysInItsRow) {
  Rng rng = rng_of_this_test();
  const std::int64_t width = between(rng, 2, 6), place = between(rng, 0, width - 1);
  Array x({3, width}, 1.0f), y({3, width}, -std::log(static_cast<float>(width)));
  x.data()[width + place] = NAN;
  for (std::int64_t j = 0; j < width; ++j) y.data()[width + j] = NAN;
  Trial trial("values");
  trial.give("x", x).give("axis", 1).run();
  trial.expect_array("y", y, 0, 0x1p-22);  // an exact sum and one logarithm
  Trial nothing("values");
  nothing.give("x", Array({2, 2}, {-INFINITY, -INFINITY, 0, -INFINITY})).give("axis", 1).run();
  nothing.expect_array("y", Array({2, 2}, {NAN, NAN, 0, -INFINITY}));
}
