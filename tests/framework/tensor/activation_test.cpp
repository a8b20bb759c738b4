#include <cmath>
#include <limits>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Truly;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
const auto kIsNan = Truly([](float x) { return std::isnan(x); });

Tensor row(std::initializer_list<float> values) { return Tensor({static_cast<std::int64_t>(values.size())}, values); }

TEST(Relu, KeepsPositivesInfinityAndNan) {
  EXPECT_THAT(list(relu(row({-kInf, -1, 0, 2, kInf, kNan})).value()), ElementsAre(0, 0, 0, 2, kInf, kIsNan));
}

TEST(Sigmoid, IsExactAtItsEndsAndMatchesTheDefinition) {
  EXPECT_THAT(list(sigmoid(row({-kInf, -1e4f, 0, 1e4f, kInf, kNan})).value()), ElementsAre(0, 0, 0.5f, 1, 1, kIsNan));
  for (float x = -80; x <= 80; x += 0.37f) {
    const double exact = 1 / (1 + std::exp(-static_cast<double>(x)));
    // exp, sum and quotient: three roundings, each half a step of 2^-23, and exp itself may be off by one more.
    EXPECT_NEAR(sigmoid(row({x})).item(), exact, exact * 3 * 0x1p-23) << x;
  }
}

TEST(Gelu, MatchesTheDefinitionAlsoFarOnTheLeft) {
  EXPECT_THAT(list(gelu(row({-kInf, -1e4f, 0, 1e4f, kInf, kNan})).value()), ElementsAre(0, 0, 0, 1e4f, kInf, kIsNan));
  for (float x = -9; x <= 9; x += 0.13f) {
    const double v = x, exact = v * 0.5 * std::erfc(-v / std::sqrt(2.0));
    // erfc(z) has the slope -2z·erfc(z) on the right: the rounding of z counts z² times over, up to 41 at x = -9.
    EXPECT_NEAR(gelu(row({x})).item(), exact, std::abs(exact) * 0x1p-24 * (6 + v * v)) << x;
  }
}

TEST(Gelu, GradientIsFiniteAtTheEnds) {
  Tensor x({3}, {-1e4f, 0, 1e4f}, true);
  sum(gelu(x)).backward();
  EXPECT_THAT(list(x.grad()), ElementsAre(0, 0.5f, 1));
}

TEST(Softmax, RowsSumToOneAndMatchTheDefinitionOverEveryAxis) {
  for (const Shape& shape : {Shape{7}, Shape{3, 10}, Shape{2, 3, 4}, Shape{3, 1, 2, 2}}) {
    const Array x = random_array(shape, 1);
    for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(shape.size()); ++axis) {
      const Array y = softmax(x, axis), logs = log_softmax(x, axis);
      for_each_index(shape, [&](const Shape& i) {
        double total = 0;
        Shape other = i;
        for (std::int64_t j = 0; j < x.dim(axis); ++j) {
          other[static_cast<std::size_t>(axis)] = j;
          total += std::exp(static_cast<double>(x.at(other)));
        }
        const double exact = std::exp(static_cast<double>(x.at(i))) / total;
        // Differences up to 6 are rounded to 24 bits before exp: 6 half steps; the sum and the quotient add a few.
        EXPECT_NEAR(y.at(i), exact, exact * 16 * 0x1p-24);
        EXPECT_NEAR(logs.at(i), std::log(exact), 16 * 0x1p-24);
      });
    }
  }
}

TEST(Softmax, IsStableForLargeNumbers) {
  for (float big : {1e4f, -1e4f, 1e30f}) {
    EXPECT_THAT(list(softmax(row({big, big, big, big})).value()), Each(0.25f));
    EXPECT_THAT(list(log_softmax(row({big, big})).value()), Each(-std::log(2.0f)));
  }
  EXPECT_THAT(list(softmax(row({1e4f, 0, -1e4f})).value()), ElementsAre(1, 0, 0));
  EXPECT_THAT(list(log_softmax(row({1e4f, 0, -1e4f})).value()), ElementsAre(0, -1e4f, -2e4f));
}

TEST(Softmax, OfMinusInfinityIsZeroUnlessThereIsNothingElse) {
  EXPECT_THAT(list(softmax(row({0, -kInf})).value()), ElementsAre(1, 0));
  EXPECT_THAT(list(log_softmax(row({0, -kInf})).value()), ElementsAre(0, -kInf));
  EXPECT_THAT(list(softmax(row({-kInf, -kInf})).value()), Each(kIsNan));
  EXPECT_THAT(list(log_softmax(row({-kInf, -kInf})).value()), Each(kIsNan));
  EXPECT_THAT(list(softmax(row({0, kInf})).value()), ::testing::Contains(kIsNan));
}

TEST(Softmax, PassesNanOnWhereverItStandsAndToItsRowOnly) {
  for (std::size_t at = 0; at < 3; ++at) {
    Array x({2, 3}, 1.0f);
    x.data()[at] = kNan;
    for (const Array& y : {softmax(x, 1), log_softmax(x, 1)}) {
      EXPECT_THAT(list(slice(y, 0, 0, 1)), Each(kIsNan));
      EXPECT_THAT(list(slice(y, 0, 1, 2)), Each(::testing::Not(kIsNan)));
    }
  }
}

TEST(Linear, WithReluIsReluOfLinear) {
  const Tensor x(random_array({5, 7}, 1)), w(random_array({3, 7}, 2)), b(random_array({3}, 3));
  EXPECT_EQ(list(linear(x, w, b, true).value()), list(relu(linear(x, w, b)).value()));
  const Array separately = add(matmul(x.value(), w.value(), false, true), b.value());
  for_each_index({5, 3}, [&](const Shape& i) { EXPECT_NEAR(linear(x, w, b).at(i), separately.at(i), 1e-5); });
}

TEST(Linear, PassesNanOn) {
  const Tensor x({1, 2}, {kNan, 1}), w({1, 2}, {1, 1});
  EXPECT_TRUE(std::isnan(linear(x, w, {}).item()));
  EXPECT_TRUE(std::isnan(linear(x, w, {}, true).item()));
}

}  // namespace
}  // namespace tinytorch::testing
