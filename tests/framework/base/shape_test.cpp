#include "tinytorch/base/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tinytorch/base/error.h"

namespace tinytorch::testing {
namespace {

TEST(Shape, PrintsAsPythonPrintsTuples) {
  EXPECT_EQ(to_string(Shape{32, 784}), "(32, 784)");
  EXPECT_EQ(to_string(Shape{10}), "(10,)");
  EXPECT_EQ(to_string(Shape{}), "()");
}

TEST(ElementCount, IsTheProductOfTheSizes) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({2, 3, 4}), 24);
  EXPECT_EQ(element_count({2, 0, 4}), 0);
}

TEST(ElementCount, RefusesNegativeSizesAndOverflow) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(element_count({kMost}), kMost);
  EXPECT_THROW(element_count({-1}), Error);
  EXPECT_THROW(element_count({0, -1}), Error);
  EXPECT_THROW(element_count({kMost, 2}), Error);
  EXPECT_THROW(element_count({std::int64_t{1} << 32, std::int64_t{1} << 31}), Error);
  EXPECT_EQ(element_count({std::int64_t{1} << 32, std::int64_t{1} << 30}), std::int64_t{1} << 62);
}

TEST(RowMajorStrides, StepOverAllThatIsFurtherIn) {
  EXPECT_EQ(row_major_strides({2, 3, 4}), (Shape{12, 4, 1}));
  EXPECT_EQ(row_major_strides({5}), Shape{1});
  EXPECT_EQ(row_major_strides({}), Shape{});
}

TEST(NormalizeAxis, CountsNegativeAxesFromTheEnd) {
  EXPECT_EQ(normalize_axis(0, 3, "sum"), 0);
  EXPECT_EQ(normalize_axis(-1, 3, "sum"), 2);
  EXPECT_EQ(normalize_axis(-3, 3, "sum"), 0);
  for (std::int64_t axis : {std::int64_t{3}, std::int64_t{-4}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_THROW(normalize_axis(axis, 3, "sum"), Error);
  }
  try {
    normalize_axis(0, 0, "softmax");
    FAIL() << "a number has no axis";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "[softmax] axis 0 of an array with 0 axes");
  }
}

TEST(BroadcastShapes, AlignAtTheRightAndStretchOnes) {
  EXPECT_EQ(broadcast_shapes({32, 1, 10}, {5, 1}), (Shape{32, 5, 10}));
  EXPECT_EQ(broadcast_shapes({}, {2, 3}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({2, 3}, {}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({0}, {1}), Shape{0});
  EXPECT_EQ(broadcast_shapes({1, 0}, {4, 1}), (Shape{4, 0}));
}

TEST(BroadcastShapes, NamesBothShapesThatDoNotFit) {
  for (const auto& [a, b] : {std::pair{Shape{2, 3}, Shape{2}}, {Shape{0}, Shape{2}}, {Shape{3, 1, 4}, Shape{2, 3}}}) {
    try {
      broadcast_shapes(a, b);
      FAIL() << to_string(a) << " and " << to_string(b);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(),
                  ::testing::AllOf(::testing::StartsWith("[broadcast] "), ::testing::HasSubstr(to_string(a)),
                                   ::testing::HasSubstr(to_string(b))));
    }
  }
}

TEST(RavelIndex, NumbersTheElementsInRowMajorOrder) {
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < 2; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) {
      for (std::int64_t k = 0; k < 4; ++k) {
        EXPECT_EQ(ravel_index({i, j, k}, {2, 3, 4}), expected);
        EXPECT_EQ(ravel_index({i - 2, j - 3, k - 4}, {2, 3, 4}), expected++);
      }
    }
  }
  EXPECT_EQ(ravel_index({}, {}), 0);
}

TEST(RavelIndex, RefusesWhatLiesOutside) {
  EXPECT_THROW(ravel_index({2, 0}, {2, 3}), Error);
  EXPECT_THROW(ravel_index({0, -4}, {2, 3}), Error);
  EXPECT_THROW(ravel_index({0}, {2, 3}), Error);
  EXPECT_THROW(ravel_index({0}, {0}), Error);
  EXPECT_THROW(ravel_index({std::numeric_limits<std::int64_t>::min()}, {3}), Error);
}

}  // namespace
}  // namespace tinytorch::testing
