#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Whole numbers in [-8, 8]: sums of their products are exact in float.
Array whole_numbers(Rng& rng, const Shape& shape) {
  Array array(shape);
  for (float& value : array.values()) value = static_cast<float>(between(rng, -8, 8));
  return array;
}

/// Where element number `flat` of an array of shape `whole` was read in an operand of shape `own`.
std::int64_t source(std::int64_t flat, const Shape& whole, const Shape& own) {
  std::int64_t position = 0, step = 1;
  for (std::size_t back = 1; back <= own.size(); ++back) {
    const std::int64_t size = own[own.size() - back];
    if (size != 1) position += flat % whole[whole.size() - back] * step;
    flat /= whole[whole.size() - back];
    step *= size;
  }
  return position;
}

}  // namespace

TEST(MulGradient, HoldsForRandomShapes) {
  Rng rng = rng_of_this_test();
  for (std::int64_t rank : {1, 2, 2, 3, 3, 4}) {
    Shape own_a, own_b, whole;
    const std::int64_t kept = between(rng, 0, rank);
    for (std::int64_t axis = 0; axis < rank; ++axis) {
      const std::int64_t size = between(rng, 1, 5), stretched = between(rng, 0, 2);
      own_a.push_back(stretched == 1 ? 1 : size);
      const bool in_b = axis >= rank - kept;
      if (in_b) own_b.push_back(stretched == 2 ? 1 : size);
      whole.push_back(in_b ? size : own_a.back());
    }
    if (between(rng, 0, 1) == 0) std::swap(own_a, own_b);
    const Array a = whole_numbers(rng, own_a), b = whole_numbers(rng, own_b), dy = whole_numbers(rng, whole);
    Array da(own_a, 0.0f), db(own_b, 0.0f);
    for (std::int64_t flat = 0; flat < dy.size(); ++flat) {
      const std::int64_t i = source(flat, whole, own_a), j = source(flat, whole, own_b);
      da.data()[i] += dy.data()[flat] * b.data()[j];
      db.data()[j] += dy.data()[flat] * a.data()[i];
    }
    Trial trial("gradients");
    trial.give("a", a).give("b", b).give("dy", dy).give("a_requires", true).give("b_requires", true).run();
    trial.expect_array("da", da);
    trial.expect_array("db", db);
  }
}

TEST(MulGradient, AConstantFactorGetsNone) {
  Rng rng = rng_of_this_test();
  const Shape shape{between(rng, 1, 4), between(rng, 1, 4)};
  const Array a = whole_numbers(rng, shape), b = whole_numbers(rng, shape), dy = whole_numbers(rng, shape);
  Array da(shape), db(shape);
  for (std::int64_t i = 0; i < dy.size(); ++i) {
    da.data()[i] = dy.data()[i] * b.data()[i];
    db.data()[i] = dy.data()[i] * a.data()[i];
  }
  Trial left("gradients");
  left.give("a", a).give("b", b).give("dy", dy).give("a_requires", true).give("b_requires", false).run();
  left.expect_array("da", da);
  left.expect_integer("b_has_one", 0);
  Trial right("gradients");
  right.give("a", a).give("b", b).give("dy", dy).give("a_requires", false).give("b_requires", true).run();
  right.expect_array("db", db);
  right.expect_integer("a_has_one", 0);
}
