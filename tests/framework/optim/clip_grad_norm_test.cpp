#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/optim/schedule.h"

namespace tinytorch {
namespace {

Tensor with_gradient(std::initializer_list<float> gradient) {
  const Shape shape{static_cast<std::int64_t>(gradient.size())};
  Tensor p(Array(shape, 0.0f), true);
  p.add_grad(Array(shape, gradient));
  return p;
}

TEST(ClipGradNorm, ScalesAllGradientsByOneFactor) {
  const std::vector<Tensor> parameters{with_gradient({3, 0}), with_gradient({4})};
  EXPECT_EQ(clip_grad_norm(parameters, 1), 5);
  // one float factor and one product: two roundings
  EXPECT_FLOAT_EQ(parameters[0].grad().at({0}), 0.6f);
  EXPECT_EQ(parameters[0].grad().at({1}), 0);
  EXPECT_FLOAT_EQ(parameters[1].grad().at({0}), 0.8f);
}

TEST(ClipGradNorm, LeavesShortGradientsAsTheyAre) {
  const std::vector<Tensor> parameters{with_gradient({3, 0}), with_gradient({4})};
  EXPECT_EQ(clip_grad_norm(parameters, 5), 5);
  EXPECT_THAT(parameters[0].grad().values(), ::testing::ElementsAre(3, 0));
  EXPECT_EQ(parameters[1].grad().item(), 4);
}

TEST(ClipGradNorm, SkipsParametersWithoutAGradient) {
  const Tensor none(Array({2}, 1.0f), true);
  EXPECT_EQ(clip_grad_norm({none}, 1), 0);
  EXPECT_EQ(clip_grad_norm({none, with_gradient({2})}, 1), 2);
  EXPECT_FALSE(none.grad().defined());
}

TEST(ClipGradNorm, DoesNotWriteToMemoryThatAGradientShares) {
  const Array shared({2}, {3, 4});
  Tensor p(Array({2}, 0.0f), true);
  p.add_grad(shared);
  clip_grad_norm({p}, 1);
  EXPECT_THAT(shared.values(), ::testing::ElementsAre(3, 4));
}

TEST(ClipGradNorm, LeavesGradientsThatAreNoNumbers) {
  const Tensor p = with_gradient({std::numeric_limits<float>::infinity(), 2});
  EXPECT_TRUE(std::isinf(clip_grad_norm({p}, 1)));
  EXPECT_EQ(p.grad().at({1}), 2);
  const Tensor q = with_gradient({std::nanf(""), 2});
  EXPECT_TRUE(std::isnan(clip_grad_norm({q}, 1)));
  EXPECT_EQ(q.grad().at({1}), 2);
}

TEST(ClipGradNorm, DoesNotOverflowWhereSquaresInFloatWould) {
  const Tensor p = with_gradient({3e30f, 4e30f});
  EXPECT_FLOAT_EQ(clip_grad_norm({p}, 1), 5e30f);
  EXPECT_FLOAT_EQ(p.grad().at({0}), 0.6f);
}

TEST(ClipGradNorm, RefusesALimitThatIsNotPositive) {
  for (const float limit : {0.0f, -1.0f, std::nanf("")})
    EXPECT_THROW(clip_grad_norm({with_gradient({1})}, limit), Error);
}

}  // namespace
}  // namespace tinytorch
