#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Whole numbers in [-5, 5]: sums of their products are exact in float.
Array whole_numbers(Rng& rng, const Shape& shape) {
  Array array(shape);
  for (float& value : array.values()) value = static_cast<float>(between(rng, -5, 5));
  return array;
}

/// Stacks of shape (p, q): an operand has `p_of` by `q_of` matrices, each 1 or as many as the result.
struct Case {
  std::int64_t p, q, a_p, a_q, b_p, b_q, m, k, n;
};

void expect_gradients(Rng& rng, const Case& c, const Shape& a_shape, const Shape& b_shape, const Shape& y_shape,
                      bool a_requires = true, bool b_requires = true) {
  const Array a = whole_numbers(rng, a_shape), b = whole_numbers(rng, b_shape), dy = whole_numbers(rng, y_shape);
  Array da(a_shape, 0.0f), db(b_shape, 0.0f);
  for (std::int64_t p = 0; p < c.p; ++p) {
    for (std::int64_t q = 0; q < c.q; ++q) {
      const std::int64_t a_at = (p % c.a_p * c.a_q + q % c.a_q) * c.m * c.k;
      const std::int64_t b_at = (p % c.b_p * c.b_q + q % c.b_q) * c.k * c.n;
      for (std::int64_t i = 0; i < c.m; ++i) {
        for (std::int64_t j = 0; j < c.n; ++j) {
          const float slope = dy.data()[((p * c.q + q) * c.m + i) * c.n + j];
          for (std::int64_t l = 0; l < c.k; ++l) {
            da.data()[a_at + i * c.k + l] += slope * b.data()[b_at + l * c.n + j];
            db.data()[b_at + l * c.n + j] += slope * a.data()[a_at + i * c.k + l];
          }
        }
      }
    }
  }
  Trial trial("gradients");
  trial.give("a", a).give("b", b).give("dy", dy).give("a_requires", a_requires).give("b_requires", b_requires).run();
  trial.expect_integer("a_has_one", a_requires);
  trial.expect_integer("b_has_one", b_requires);
  if (a_requires) trial.expect_array("da", da);
  if (b_requires) trial.expect_array("db", db);
}

}  // namespace

TEST(MatmulGradient, HoldsForRandomSizes) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 6; ++i) {
    const std::int64_t m = between(rng, 1, 9), k = between(rng, 1, 9), n = between(rng, 1, 9);
    expect_gradients(rng, {1, 1, 1, 1, 1, 1, m, k, n}, {m, k}, {k, n}, {m, n});
  }
}

TEST(MatmulGradient, StacksBroadcastOnBothSides) {
  Rng rng = rng_of_this_test();
  const std::int64_t p = between(rng, 2, 4), q = between(rng, 2, 4);
  const std::int64_t m = between(rng, 1, 4), k = between(rng, 1, 4), n = between(rng, 1, 4);
  expect_gradients(rng, {p, q, p, q, p, q, m, k, n}, {p, q, m, k}, {p, q, k, n}, {p, q, m, n});
  expect_gradients(rng, {p, q, p, 1, 1, q, m, k, n}, {p, 1, m, k}, {q, k, n}, {p, q, m, n});
  expect_gradients(rng, {1, q, 1, 1, 1, q, m, k, n}, {m, k}, {q, k, n}, {q, m, n});
}

TEST(MatmulGradient, AConstantOperandGetsNone) {
  Rng rng = rng_of_this_test();
  const std::int64_t m = between(rng, 1, 5), k = between(rng, 1, 5), n = between(rng, 1, 5);
  expect_gradients(rng, {1, 1, 1, 1, 1, 1, m, k, n}, {m, k}, {k, n}, {m, n}, true, false);
  expect_gradients(rng, {1, 1, 1, 1, 1, 1, m, k, n}, {m, k}, {k, n}, {m, n}, false, true);
}
