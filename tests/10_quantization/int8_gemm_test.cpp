#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

using Codes = std::vector<std::int64_t>;

Trial product(const Codes& a, const Shape& a_shape, std::int64_t a_zero_point, const Codes& weights,
              const Shape& weights_shape) {
  Trial trial("product");
  trial.give_integers("a", a, a_shape)
      .give("a_zero_point", a_zero_point)
      .give_integers("weights", weights, weights_shape)
      .run();
  return trial;
}

}  // namespace

TEST(Int8Gemm, GivesTheWorkedProduct) {
  product({27, -123, 127}, {1, 3}, -73, {127, -50, 20}, {1, 3}).expect_integers("sums", {19200}, {1, 1});
}

TEST(Int8Gemm, SumsNeedThirtyTwoBits) {
  product({127, 127, 127}, {1, 3}, 0, {127, 127, 127}, {1, 3}).expect_integers("sums", {48387}, {1, 1});  // 3 · 127²
  product({127, 127, 127}, {1, 3}, 0, {-127, -127, -127}, {1, 3}).expect_integers("sums", {-48387}, {1, 1});
}

TEST(Int8Gemm, LongSumsAreExact) {
  // 1,041 · 127² = 16,790,289 is odd and beyond 2^24 = 16,777,216, where a float32 holds even numbers only.
  const Codes most(1041, 127), least(1041, -127);
  product(most, {1, 1041}, 0, most, {1, 1041}).expect_integers("sums", {16790289}, {1, 1});
  product(most, {1, 1041}, 0, least, {1, 1041}).expect_integers("sums", {-16790289}, {1, 1});
}

TEST(Int8Gemm, EachRowOfWeightsIsAnOutput) {
  // rows of a: (1, 2, 3), (-1, 0, 4); rows of weights: (5, 6, 7), (-1, 1, 2)
  product({1, 2, 3, -1, 0, 4}, {2, 3}, 0, {5, 6, 7, -1, 1, 2}, {2, 3}).expect_integers("sums", {38, 7, 23, 9}, {2, 2});
  // with zero point 1: (0, 1, 2), (-2, -1, 3)
  product({1, 2, 3, -1, 0, 4}, {2, 3}, 1, {5, 6, 7, -1, 1, 2}, {2, 3}).expect_integers("sums", {20, 5, 5, 7}, {2, 2});
}

TEST(Int8Gemm, AZeroPointOfMinus128Holds) {
  product({-128, 0, 127}, {1, 3}, -128, {1, 2, 3}, {1, 3}).expect_integers("sums", {1021}, {1, 1});  // 128·2 + 255·3
}
