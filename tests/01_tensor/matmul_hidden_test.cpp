#include <algorithm>
#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Whole numbers in [-8, 8]: sums of fewer than 2^24 / 64 of their products are exact in float in every order.
Array whole_numbers(Rng& rng, const Shape& shape) {
  Array array(shape);
  for (float& value : array.values()) value = static_cast<float>(between(rng, -8, 8));
  return array;
}

}  // namespace

TEST(Matmul, HoldsForRandomSizesAndEndings) {
  Rng rng = rng_of_this_test();
  for (int variant = 0; variant < 8; ++variant) {
    const std::int64_t m = between(rng, 1, 12), k = between(rng, 1, 40), n = between(rng, 1, 24);
    const Array a = whole_numbers(rng, {m, k}), b = whole_numbers(rng, {k, n}), bias = whole_numbers(rng, {n});
    const bool accumulate = variant & 1, biased = variant & 2, relu = variant & 4;
    const Array c = accumulate ? whole_numbers(rng, {m, n}) : Array({m, n}, kNan);
    Array expected({m, n});
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        double sum = accumulate ? c.data()[i * n + j] : 0.0;
        for (std::int64_t p = 0; p < k; ++p) sum += static_cast<double>(a.data()[i * k + p]) * b.data()[p * n + j];
        if (biased) sum += bias.data()[j];
        expected.data()[i * n + j] = static_cast<float>(relu && sum < 0 ? 0 : sum);
      }
    }
    Trial trial("multiply");
    trial.give("a", a).give("b", b).give("c", c).give("accumulate", accumulate).give("relu", relu);
    if (biased) trial.give("bias", bias);
    trial.run();
    trial.expect_array("c", expected);
  }
}

TEST(Matmul, TakesEveryStepAndKeepsToItsRows) {
  Rng rng = rng_of_this_test();
  for (int variant = 0; variant < 8; ++variant) {
    const std::int64_t m = between(rng, 2, 9), k = between(rng, 2, 9), n = between(rng, 2, 9);
    std::int64_t a_row = k, a_col = 1, b_row = n, b_col = 1;
    if (variant & 1) a_row = 1, a_col = m;
    if (variant & 2) b_row = 1, b_col = k;
    if (variant & 4) a_row = 2 * a_row + 1, a_col *= 2, b_row = 2 * b_row + 1, b_col *= 2;
    const std::int64_t c_row = n + between(rng, 1, 3);
    Array a({m * a_row + k * a_col}, kNan), b({k * b_row + n * b_col}, kNan);  // what lies between is not to be read
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t p = 0; p < k; ++p) a.data()[i * a_row + p * a_col] = static_cast<float>(between(rng, -8, 8));
    for (std::int64_t p = 0; p < k; ++p)
      for (std::int64_t j = 0; j < n; ++j) b.data()[p * b_row + j * b_col] = static_cast<float>(between(rng, -8, 8));
    const Array c = whole_numbers(rng, {m * c_row});
    Array expected = c.clone();
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::int64_t p = 0; p < k; ++p)
          sum += static_cast<double>(a.data()[i * a_row + p * a_col]) * b.data()[p * b_row + j * b_col];
        expected.data()[i * c_row + j] = static_cast<float>(sum);
      }
    }
    Trial trial("multiply_with_steps");
    trial.give("a", a).give("b", b).give("c", c);
    trial.give_integers("steps", {m, n, k, a_row, a_col, b_row, b_col, c_row}).run();
    trial.expect_array("c", expected);
  }
}

TEST(Matmul, AnEmptySumIsZeroThenBiasAndRectifier) {
  Rng rng = rng_of_this_test();
  const std::int64_t m = between(rng, 1, 5), n = between(rng, 2, 9);
  const Array bias = whole_numbers(rng, {n});
  Array expected({m, n});
  for (std::int64_t i = 0; i < expected.size(); ++i) expected.data()[i] = std::max(bias.data()[i % n], 0.0f);
  Trial trial("multiply");
  trial.give("a", Array(Shape{m, 0})).give("b", Array(Shape{0, n})).give("c", Array({m, n}, kNan)).give("bias", bias);
  trial.give("accumulate", false).give("relu", true).run();
  trial.expect_array("c", expected);
}

TEST(Matmul, NanStaysNanAndSpreadsAlongItsRowAndColumn) {
  Rng rng = rng_of_this_test();
  const std::int64_t m = between(rng, 2, 6), k = between(rng, 2, 6), n = between(rng, 2, 6);
  const std::int64_t row = between(rng, 0, m - 1), column = between(rng, 0, n - 1), inner = between(rng, 0, k - 1);
  Array a({m, k}, 0.0f), b({k, n}, 1.0f);  // 0 times NaN is NaN too
  a.data()[row * k + inner] = kNan;
  b.data()[inner * n + column] = kNan;
  Array expected({m, n}, 0.0f);
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      if (i == row || j == column) expected.data()[i * n + j] = kNan;
  Trial trial("multiply");
  trial.give("a", a).give("b", b).give("c", Array({m, n}, 5.0f)).give("accumulate", false).give("relu", true).run();
  trial.expect_array("c", expected);
}

TEST(Matmul, RoundsLikeAFloatSum) {
  Rng rng = rng_of_this_test();
  const std::int64_t m = between(rng, 2, 6), k = between(rng, 200, 400), n = between(rng, 2, 6);
  const Array a = uniform_array(rng, {m, k}, -1, 1), b = uniform_array(rng, {k, n}, -1, 1);
  Array expected({m, n});
  double magnitude = 0;
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0, terms = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        const double term = static_cast<double>(a.data()[i * k + p]) * b.data()[p * n + j];
        sum += term;
        terms += std::fabs(term);
      }
      expected.data()[i * n + j] = static_cast<float>(sum);
      magnitude = std::max(magnitude, terms);
    }
  }
  Trial trial("multiply");
  trial.give("a", a).give("b", b).give("c", Array({m, n}, kNan)).give("accumulate", false).give("relu", false).run();
  // A float sum of k products in any order is off by at most (k + 1) 2^-24 of the sum of magnitudes; rounding the expected
  // value adds another.
  trial.expect_array("c", expected, static_cast<double>(k + 2) * 0x1p-24 * magnitude);
}
