#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Random arrays of these shapes, which stretch to `shape`. Each element of the sum is one rounding of a sum of two floats,
/// so there is one right answer to the bit.
void expect_sum_of(Rng& rng, const Shape& own_a, const Shape& own_b, const Shape& shape) {
  const Array a = normal_array(rng, own_a), b = normal_array(rng, own_b);
  const auto element = [](const Array& x, const Shape& index) {
    const Shape& own = x.shape();
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < own.size(); ++axis) {
      const std::int64_t i = index[index.size() - own.size() + axis];
      position = position * own[axis] + (own[axis] == 1 ? 0 : i);
    }
    return x.data()[position];
  };
  Array expected(shape);
  Shape index(shape.size());
  for (std::int64_t flat = 0; flat < expected.size(); ++flat) {
    std::int64_t rest = flat;
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) index[axis] = rest % shape[axis];
    expected.data()[flat] = element(a, index) + element(b, index);
  }
  Trial trial("add_arrays");
  trial.give("a", a).give("b", b).run();
  trial.expect_array("sum", expected);
}

void expect_random_sum(Rng& rng, std::int64_t rank, std::int64_t largest) {
  Shape a, b, shape;
  const std::int64_t kept = between(rng, 0, rank);
  for (std::int64_t axis = 0; axis < rank; ++axis) {
    const std::int64_t size = between(rng, 2, largest), stretched = between(rng, 0, 2);
    a.push_back(stretched == 1 ? 1 : size);
    const bool in_b = axis >= rank - kept;
    if (in_b) b.push_back(stretched == 2 ? 1 : size);
    shape.push_back(in_b ? size : a.back());
  }
  if (between(rng, 0, 1) == 0) std::swap(a, b);
  expect_sum_of(rng, a, b, shape);
}

}  // namespace

TEST(Add, HoldsForRandomShapes) {
  Rng rng = rng_of_this_test();
  for (std::int64_t rank : {1, 2, 2, 3, 3, 3, 4, 4}) expect_random_sum(rng, rank, 6);
}

TEST(Add, StretchesInTheMiddleOfManyAxes) {
  Rng rng = rng_of_this_test();
  const std::int64_t p = between(rng, 2, 4), q = between(rng, 2, 4), r = between(rng, 2, 4), s = between(rng, 2, 4);
  expect_sum_of(rng, {p, 1, r, 1, 2}, {q, 1, s, 1}, {p, q, r, s, 2});
  expect_sum_of(rng, {p, q, 1, s}, {1, r, 1}, {p, q, r, s});
  expect_sum_of(rng, {1, 1, r}, {p, q, 1}, {p, q, r});
}

TEST(Add, LeavesItsOperandsAlone) {
  Rng rng = rng_of_this_test();
  const std::int64_t rows = between(rng, 2, 5), columns = between(rng, 2, 5);
  for (const Shape& shape : {Shape{rows, columns}, Shape{columns}}) {
    const Array a = normal_array(rng, {rows, columns}), b = normal_array(rng, shape);
    Trial trial("operands");
    trial.give("a", a).give("b", b).run();
    trial.expect_array("a", a);
    trial.expect_array("b", b);
    trial.expect(trial.integer("shared") == 0, "the result lies in the memory of an operand: writing to one changes the other");
  }
}
