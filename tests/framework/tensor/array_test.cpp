#include "tinytorch/tensor/array.h"

#include <bit>
#include <limits>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"

namespace tinytorch::testing {
namespace {

TEST(Array, HoldsItsValuesInRowMajorOrderAndAligned) {
  const Array a({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(a.rank(), 2u);
  EXPECT_EQ(a.size(), 6);
  EXPECT_EQ(a.at({1, 0}), 4);
  EXPECT_EQ(a.at({-1, -1}), 6);
  EXPECT_EQ(a.dim(-1), 3);
  EXPECT_EQ(std::bit_cast<std::uintptr_t>(a.data()) % 64, 0u);
}

TEST(Array, WithoutElementsOrAxesIsAnArray) {
  EXPECT_FALSE(Array().defined());
  EXPECT_EQ(Array(Shape{}, 3.0f).item(), 3);
  EXPECT_EQ(Array(Shape{2, 0}).size(), 0);
  EXPECT_TRUE(Array(Shape{0}).defined());
}

TEST(Array, RefusesValuesAndShapesThatDoNotFit) {
  EXPECT_THROW(Array({2, 2}, {1, 2, 3}), Error);
  EXPECT_THROW(Array(Shape{-1}), Error);
  EXPECT_THROW(Array(Shape{std::int64_t{1} << 40, std::int64_t{1} << 40}), Error);
  EXPECT_THROW(Array(Shape{std::numeric_limits<std::int64_t>::max()}), Error);
}

TEST(Array, RefusesIndicesOutsideAndAnItemOfMany) {
  const Array a({2, 3}, 0.0f);
  EXPECT_THROW(a.at({2, 0}), Error);
  EXPECT_THROW(a.at({0, -4}), Error);
  EXPECT_THROW(a.at({0}), Error);
  EXPECT_THROW(a.dim(2), Error);
  EXPECT_THROW(a.item(), Error);
  EXPECT_THROW(Array().item(), Error);
  EXPECT_THROW(Array().at({}), Error);
  EXPECT_THROW(Array().reshape({0}), Error);
}

TEST(Array, CopySharesAndCloneDoesNot) {
  Array a({2}, {1, 2});
  Array copy = a;
  const Array clone = a.clone();
  copy.data()[0] = 9;
  EXPECT_EQ(a.at({0}), 9);
  EXPECT_EQ(clone.at({0}), 1);
  EXPECT_TRUE(a.shares_memory_with(copy));
  EXPECT_FALSE(a.shares_memory_with(clone));
  EXPECT_EQ(a.use_count(), 2);
}

TEST(Array, ReshapeSharesMemoryAndFindsOneSize) {
  const Array a = counting({2, 6});
  EXPECT_EQ(a.reshape({3, -1}).shape(), (Shape{3, 4}));
  EXPECT_EQ(a.reshape({-1}).shape(), Shape{12});
  EXPECT_TRUE(a.reshape({12}).shares_memory_with(a));
  EXPECT_EQ(Array(Shape{}, 1.0f).reshape({1, 1}).shape(), (Shape{1, 1}));
  EXPECT_EQ(Array(Shape{0, 3}).reshape({3, -1}).shape(), (Shape{3, 0}));
}

TEST(Array, ReshapeRefusesAnotherNumberOfElements) {
  const Array a = counting({2, 6});
  for (const Shape& shape : {Shape{5}, Shape{-1, 5}, Shape{-1, -1}, Shape{-2, 6}, Shape{}, Shape{0, -1}}) {
    EXPECT_THROW(a.reshape(shape), Error) << to_string(shape);
  }
  EXPECT_THROW(Array(Shape{0}).reshape({0, -1}), Error);  // any size would do: there is no one answer
}

}  // namespace
}  // namespace tinytorch::testing
