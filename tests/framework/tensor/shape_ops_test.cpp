#include <limits>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::testing {
namespace {

using ::testing::ElementsAre;

TEST(Permute, MovesEveryElementToItsPlace) {
  for (const Shape& shape :
       {Shape{}, Shape{3}, Shape{2, 3}, Shape{17, 35}, Shape{2, 3, 4}, Shape{2, 1, 3, 2}, Shape{2, 0, 3}}) {
    const Array a = counting(shape);
    Axes order;
    for (std::size_t i = 0; i < shape.size(); ++i) order.push_back(static_cast<std::int64_t>(i));
    do {
      const Array result = permute(a, order);
      for (std::size_t i = 0; i < order.size(); ++i) {
        ASSERT_EQ(result.shape()[i], shape[static_cast<std::size_t>(order[i])]);
      }
      for_each_index(result.shape(), [&](const Shape& at) {
        Shape from(at.size());
        for (std::size_t i = 0; i < at.size(); ++i) from[static_cast<std::size_t>(order[i])] = at[i];
        ASSERT_EQ(result.at(at), a.at(from)) << to_string(shape) << " by " << to_string(order);
      });
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST(Permute, WantsEveryAxisOnce) {
  const Array a = counting({2, 3});
  for (const Axes& order : {Axes{0}, Axes{0, 0}, Axes{0, 2}, Axes{0, 1, 2}, Axes{1, -1}})
    EXPECT_THROW(permute(a, order), Error);
  EXPECT_EQ(list(permute(a, {-1, 0})), list(transpose(a)));
}

TEST(Transpose, SwapsTheLastTwoAxes) {
  const Array a = counting({2, 3, 4});
  EXPECT_EQ(list(transpose(a)), list(permute(a, {0, 2, 1})));
  EXPECT_THROW(transpose(counting({3})), Error);
  EXPECT_EQ(list(swap_axes(a, 0, -1)), list(permute(a, {2, 1, 0})));
}

TEST(BroadcastTo, RepeatsAlongStretchedAxes) {
  for (const auto& [a, b] : kPairs) {
    const Shape shape = broadcast_shapes(a, b);
    const Array from = counting(a), result = broadcast_to(from, shape);
    ASSERT_EQ(result.shape(), shape);
    for_each_index(shape, [&](const Shape& i) { ASSERT_EQ(result.at(i), stretched(from, i)); });
  }
  EXPECT_THROW(broadcast_to(counting({2, 3}), {3}), Error);
  EXPECT_THROW(broadcast_to(counting({3}), {1}), Error);
  EXPECT_THROW(broadcast_to(counting({1}), {-1}), Error);
}

TEST(Slice, ClipsAsPythonDoes) {
  const Array a = counting({5});
  EXPECT_THAT(list(slice(a, 0, 1, 4)), ElementsAre(1, 2, 3));
  EXPECT_THAT(list(slice(a, 0, -2, 99)), ElementsAre(3, 4));
  EXPECT_THAT(list(slice(a, 0, -99, 2)), ElementsAre(0, 1));
  EXPECT_THAT(list(slice(a, 0, 0, 5, 2)), ElementsAre(0, 2, 4));
  EXPECT_THAT(list(slice(a, 0, 1, 5, 3)), ElementsAre(1, 4));
  EXPECT_THAT(list(slice(a, 0, 3, 2)), ElementsAre());
  EXPECT_THAT(list(slice(a, 0, 7, 9)), ElementsAre());
  EXPECT_THAT(list(slice(a, 0, 0, 5, std::numeric_limits<std::int64_t>::max())), ElementsAre(0));
  EXPECT_THAT(list(slice(a, 0, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 4)),
              ElementsAre(0, 4));
  EXPECT_THROW(slice(a, 0, 0, 5, 0), Error);
  EXPECT_THROW(slice(a, 0, 0, 5, -1), Error);
  EXPECT_THROW(slice(a, 1, 0, 5), Error);
  EXPECT_THAT(list(slice(counting({2, 3, 2}), 1, 1, 3)), ElementsAre(2, 3, 4, 5, 8, 9, 10, 11));
}

TEST(Slice, AndUnsliceAreEachOthersReverse) {
  const Array a = counting({3, 5, 2});
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    for (std::int64_t step = 1; step < 4; ++step) {
      const Array part = slice(a, axis, 1, -1, step);
      const Array back = unslice(part, a.shape(), axis, 1, -1, step);
      EXPECT_EQ(list(slice(back, axis, 1, -1, step)), list(part));
      EXPECT_EQ(sum(back).item(), sum(part).item());  // the rest is 0
    }
  }
  EXPECT_THROW(unslice(counting({2}), {5}, 0, 0, 3), Error);
}

TEST(Concat, IsUndoneBySlices) {
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    std::vector<Array> parts;
    for (std::int64_t size : {2, 0, 1, 3}) {
      Shape shape{2, 3, 4};
      shape[static_cast<std::size_t>(axis)] = size;
      parts.push_back(random_array(shape, static_cast<std::uint64_t>(size)));
    }
    const Array whole = concat(parts, axis);
    EXPECT_EQ(whole.dim(axis), 6);
    std::int64_t begin = 0;
    for (const Array& part : parts) {
      EXPECT_EQ(list(slice(whole, axis, begin, begin + part.dim(axis))), list(part));
      begin += part.dim(axis);
    }
  }
  EXPECT_THROW(concat(std::vector<Array>{}, 0), Error);
  EXPECT_THROW(concat({counting({2, 3}), counting({2, 4})}, 0), Error);
  EXPECT_THROW(concat({counting({2}), counting({2, 1})}, 0), Error);
}

TEST(Arange, CountsByEqualSteps) {
  EXPECT_THAT(list(arange(0, 3).value()), ElementsAre(0, 1, 2));
  EXPECT_THAT(list(arange(1, 0, -0.25f).value()), ElementsAre(1, 0.75f, 0.5f, 0.25f));
  EXPECT_THAT(list(arange(3, 0).value()), ElementsAre());
  EXPECT_EQ(arange(0, 1, 0.1f).size(), 10);
  EXPECT_THROW(arange(0, 1, 0), Error);
  EXPECT_THROW(arange(0, std::numeric_limits<float>::infinity()), Error);
  EXPECT_THROW(arange(0, std::numeric_limits<float>::quiet_NaN()), Error);
}

TEST(Creation, FillsAndDraws) {
  EXPECT_THAT(list(zeros({2}).value()), ElementsAre(0, 0));
  EXPECT_THAT(list(ones({2}).value()), ElementsAre(1, 1));
  EXPECT_THAT(list(full({2}, 3).value()), ElementsAre(3, 3));
  Rng a(1), b(1);
  const Tensor x = uniform({1000}, -2, 3, a), y = uniform({1000}, -2, 3, b);
  EXPECT_EQ(list(x.value()), list(y.value()));
  EXPECT_THAT(list(x.value()), ::testing::Each(::testing::AllOf(::testing::Ge(-2), ::testing::Lt(3))));
  const Tensor z = normal({100000}, 5, 2, a);
  // Six standard errors: 2 / sqrt(1e5) of the mean and 2 / sqrt(2e5) of the deviation.
  EXPECT_NEAR(mean(z).item(), 5, 6 * 2 / std::sqrt(1e5));
  EXPECT_NEAR(std::sqrt(mean(square(z - 5.0f)).item()), 2, 6 * 2 / std::sqrt(2e5));
  EXPECT_FALSE(x.requires_grad());
}

}  // namespace
}  // namespace tinytorch::testing
