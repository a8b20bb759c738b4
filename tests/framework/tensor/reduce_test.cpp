#include <cmath>
#include <limits>
#include <map>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"

namespace tinytorch::testing {
namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();

/// Every subset of the axes of a shape, the empty one included (which names all).
std::vector<Axes> axes_of(const Shape& shape) {
  std::vector<Axes> result;
  for (std::size_t bits = 0; bits < (std::size_t{1} << shape.size()); ++bits) {
    Axes axes;
    for (std::size_t axis = 0; axis != shape.size(); ++axis) {
      if (bits >> axis & 1) axes.push_back(static_cast<std::int64_t>(axis));
    }
    result.push_back(axes);
  }
  return result;
}

/// The elements that meet in each element of the result, by the result's index with the reduced axes set to 0.
std::map<Shape, std::vector<float>> groups(const Array& a, const Axes& axes) {
  std::map<Shape, std::vector<float>> result;
  for_each_index(a.shape(), [&](const Shape& i) {
    Shape key = i;
    for (std::size_t axis = 0; axis < key.size(); ++axis) {
      if (axes.empty() || std::ranges::count(axes, static_cast<std::int64_t>(axis)) > 0) key[axis] = 0;
    }
    result[key].push_back(a.at(i));
  });
  return result;
}

TEST(Reduce, OverEverySetOfAxesMatchesTheDefinition) {
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{7}, Shape{3, 5}, Shape{1, 4}, Shape{4, 1}, Shape{2, 3, 4},
                             Shape{2, 1, 3, 2}, Shape{3, 19}, Shape{19, 3}}) {
    const Array a = random_array(shape, 5);
    for (const Axes& axes : axes_of(shape)) {
      SCOPED_TRACE(to_string(shape) + " over " + to_string(axes));
      const Array total = sum(a, axes, true), average = mean(a, axes, true), largest = max(a, axes, true);
      for (const auto& [index, values] : groups(a, axes)) {
        double exact = 0;
        for (float x : values) exact += x;
        // The totals are double: one rounding to float is all that remains, and another in the mean.
        EXPECT_FLOAT_EQ(total.at(index), static_cast<float>(exact));
        EXPECT_NEAR(total.at(index), exact, std::abs(exact) * 0x1p-23 + 1e-14);
        EXPECT_NEAR(average.at(index), exact / static_cast<double>(values.size()), std::abs(exact) * 0x1p-22 + 1e-14);
        EXPECT_EQ(largest.at(index), *std::ranges::max_element(values));
      }
      const Array flat = sum(a, axes, false);
      EXPECT_EQ(list(flat), list(total));
      EXPECT_EQ(flat.rank(), axes.empty() ? 0 : shape.size() - axes.size());
    }
  }
}

TEST(Sum, OfAMillionTenthsKeepsItsDigits) {
  // In float, adding one by one gives 100958.34. In double the error is far below one step of the float result.
  const Array a({1000, 1000}, 0.1f);
  const auto exact = static_cast<float>(1e6 * static_cast<double>(0.1f));
  EXPECT_EQ(sum(a).item(), exact);
  EXPECT_EQ(sum(sum(a, {0})).item(), exact);
  EXPECT_EQ(sum(Array({3}, {1e8f, 1, -1e8f})).item(), 1);
}

TEST(Reduce, OfNoElements) {
  const Array a(Shape{2, 0});
  EXPECT_EQ(sum(a).item(), 0);
  EXPECT_THAT(list(sum(a, {1})), ::testing::ElementsAre(0, 0));
  EXPECT_EQ(sum(a, {0}).shape(), Shape{0});
  EXPECT_TRUE(std::isnan(mean(a).item()));
  EXPECT_THROW(max(a), Error);
  EXPECT_THROW(argmax(a, 1), Error);
  EXPECT_EQ(max(a, {0}).shape(), Shape{0});
}

TEST(Reduce, NegativeAxesCountFromTheEndAndBadOnesAreErrors) {
  const Array a = counting({2, 3});
  EXPECT_EQ(list(sum(a, {-1})), list(sum(a, {1})));
  EXPECT_THROW(sum(a, {2}), Error);
  EXPECT_THROW(mean(a, {-3}), Error);
  EXPECT_THROW(max(a, {0, -2}), Error);
  EXPECT_THROW(sum(Array(Shape{}, 1.0f), {0}), Error);
}

TEST(Argmax, IsTheFirstOfTheLargest) {
  const Array a({2, 3}, {1, 7, 7, 9, 0, 2});
  EXPECT_THAT(list(argmax(a, 1)), ::testing::ElementsAre(1, 0));
  EXPECT_THAT(list(argmax(a, 0)), ::testing::ElementsAre(1, 0, 0));
  EXPECT_EQ(argmax(a).item(), 3);
  EXPECT_EQ(argmax(a, -1, true).shape(), (Shape{2, 1}));
  EXPECT_EQ(argmax(Array(Shape{}, 4.0f)).item(), 0);
}

TEST(Max, IsNanIfOneIsAmongThem) {
  const Array a({2, 3}, {1, kNan, 3, 4, 5, 6});
  EXPECT_TRUE(std::isnan(max(a, {1}).at({0})));
  EXPECT_EQ(max(a, {1}).at({1}), 6);
  EXPECT_EQ(argmax(a, 1).at({0}), 1);
  EXPECT_EQ(max(Array({2}, -std::numeric_limits<float>::infinity())).item(), -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace tinytorch::testing
