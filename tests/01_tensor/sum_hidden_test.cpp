#include <algorithm>
#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_sum(const Array& x, const std::vector<bool>& reduced, bool keepdims) {
  std::vector<std::int64_t> axes;
  Shape shape;
  for (std::size_t axis = 0; axis < reduced.size(); ++axis) {
    if (reduced[axis]) axes.push_back(static_cast<std::int64_t>(axis));
    if (!reduced[axis] || keepdims) shape.push_back(reduced[axis] ? 1 : x.shape()[axis]);
  }
  std::vector<long double> totals;
  std::vector<double> magnitudes;
  Array expected(shape);
  totals.resize(static_cast<std::size_t>(expected.size()));
  magnitudes.resize(totals.size());
  for (std::int64_t flat = 0; flat < x.size(); ++flat) {
    std::int64_t rest = flat, position = 0, step = 1;
    for (std::size_t axis = reduced.size(); axis-- > 0; rest /= x.shape()[axis]) {
      if (reduced[axis]) continue;
      position += rest % x.shape()[axis] * step;
      step *= x.shape()[axis];
    }
    const auto p = static_cast<std::size_t>(position);
    totals[p] += static_cast<long double>(x.data()[flat]);
    magnitudes[p] += std::fabs(static_cast<double>(x.data()[flat]));
  }
  double largest = 0;
  for (std::size_t p = 0; p < totals.size(); ++p) {
    expected.data()[p] = static_cast<float>(totals[p]);
    if (std::isfinite(magnitudes[p])) largest = std::max(largest, magnitudes[p]);
  }
  Trial trial("sum_over");
  trial.give("x", x).give_integers("axes", axes).give("keepdims", keepdims).run();
  // A sum of n doubles in any order is off by at most n 2^-53 of the sum of magnitudes; rounding to float may then fall to
  // the neighbour, 2^-23 away.
  trial.expect_array("sum", expected, static_cast<double>(x.size()) * 0x1p-53 * largest, 0x1p-23);
}

std::vector<bool> random_axes(Rng& rng, std::size_t rank) {
  std::vector<bool> reduced(rank, false);
  for (std::size_t axis = 0; axis < rank; ++axis) reduced[axis] = between(rng, 0, 1) == 1;
  reduced[static_cast<std::size_t>(between(rng, 0, static_cast<std::int64_t>(rank) - 1))] = true;
  return reduced;
}

}  // namespace

TEST(Sum, HoldsForRandomAxes) {
  Rng rng = rng_of_this_test();
  for (std::size_t rank : {1, 2, 2, 3, 3, 4, 4, 5}) {
    Shape shape(rank);
    for (std::int64_t& size : shape) size = between(rng, 1, rank > 2 ? 6 : 30);
    expect_sum(normal_array(rng, shape), random_axes(rng, rank), between(rng, 0, 1) == 1);
  }
}

TEST(Sum, LongSumsKeepTheirDigits) {
  Rng rng = rng_of_this_test();
  const std::int64_t length = between(rng, 40'000, 60'000);
  expect_sum(uniform_array(rng, {length}, 0, 1), {true}, false);
  expect_sum(uniform_array(rng, {length / 3, 3}, 0, 1), {true, false}, false);
}

TEST(Sum, NanStaysInItsOwnTotal) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 2, 5), between(rng, 2, 5), between(rng, 2, 12)};
  Array x = normal_array(rng, shape);
  x.data()[between(rng, 0, x.size() - 1)] = std::numeric_limits<float>::quiet_NaN();
  expect_sum(x, {false, false, true}, false);
  expect_sum(x, {true, false, false}, false);
  expect_sum(x, {false, true, false}, false);
}
