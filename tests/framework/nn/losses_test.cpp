#include "tinytorch/nn/losses.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/framework/tensor/gradcheck.h"
#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

TEST(MseLoss, IsTheMeanOfSquaredDifferences) {
  const Tensor prediction(Array({2, 2}, {1, 2, 3, 4}), true), target({2, 2}, {1, 0, 0, 0});
  const Tensor loss = mse_loss(prediction, target);
  EXPECT_EQ(loss.shape(), Shape{});
  EXPECT_EQ(loss.item(), 29.0f / 4);
  loss.backward();
  EXPECT_THAT(prediction.grad().values(), ::testing::ElementsAre(0, 1, 1.5f, 2));  // 2 (p - t) / 4
}

TEST(MseLoss, GradientMatchesFiniteDifference) {
  Rng rng(1);
  testing::gradcheck([](const std::vector<Tensor>& in) { return mse_loss(in[0], in[1]); },
                     {normal({3, 4}, 0, 1, rng).value(), normal({3, 4}, 0, 1, rng).value()});
}

TEST(MseLoss, RefusesToBroadcast) {
  EXPECT_THROW(mse_loss(zeros({3, 1}), zeros({3})), Error);
  EXPECT_THROW(mse_loss(zeros({0}), zeros({0})), Error);
}

TEST(BinaryCrossEntropy, AgreesWithItsDefinition) {
  const Tensor logits({5}, {-3, -0.5f, 0, 1, 4}), target({5}, {0, 1, 0.5f, 0.25f, 1});
  double expected = 0;
  for (std::int64_t i = 0; i < 5; ++i) {
    const double sigmoid = 1 / (1 + std::exp(-static_cast<double>(logits.at({i})))), t = target.at({i});
    expected -= (t * std::log(sigmoid) + (1 - t) * std::log(1 - sigmoid)) / 5;
  }
  // one rounding to float, and of exp in float
  EXPECT_NEAR(binary_cross_entropy(logits, target).item(), expected, 2e-7);
}

TEST(BinaryCrossEntropy, GradientMatchesFiniteDifference) {
  Rng rng(1);
  testing::gradcheck([](const std::vector<Tensor>& in) { return binary_cross_entropy(in[0], in[1]); },
                     {normal({3, 4}, 0, 2, rng).value(), uniform({3, 4}, 0.1f, 0.9f, rng).value()});
}

TEST(BinaryCrossEntropy, GradientAtZeroIsAHalfMinusTheTarget) {
  const Tensor logits(Array({2}, {0, 0}), true);
  binary_cross_entropy(logits, Tensor({2}, {0, 1})).backward();
  EXPECT_THAT(logits.grad().values(), ::testing::ElementsAre(0.25f, -0.25f));
}

TEST(BinaryCrossEntropy, IsExactAtLogitsOfTenThousand) {
  const Tensor logits(Array({4}, {1e4f, 1e4f, -1e4f, -1e4f}), true);
  const Tensor loss = binary_cross_entropy(logits, Tensor({4}, {1, 0, 1, 0}));
  EXPECT_EQ(loss.item(), 5e3f);
  loss.backward();
  EXPECT_THAT(logits.grad().values(), ::testing::ElementsAre(0, 0.25f, -0.25f, 0));
}

TEST(BinaryCrossEntropy, RefusesTargetsThatAreNoProbability) {
  for (const float t : {-0.1f, 1.1f, std::nanf("")}) {
    EXPECT_THROW(binary_cross_entropy(zeros({1}), full({1}, t)), Error) << t;
  }
  EXPECT_THROW(binary_cross_entropy(zeros({2}), zeros({1})), Error);
  EXPECT_THROW(binary_cross_entropy(zeros({0}), zeros({0})), Error);
}

}  // namespace
}  // namespace tinytorch
