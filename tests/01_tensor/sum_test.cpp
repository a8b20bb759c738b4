#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_sum(const Array& x, const std::vector<std::int64_t>& axes, bool keepdims, const Array& expected) {
  Trial trial("sum_over");
  trial.give("x", x).give_integers("axes", axes).give("keepdims", keepdims).run();
  trial.expect_array("sum", expected);
}

/// The sum of the lesson's example in module 01.
Array lesson() { return Array({2, 2, 3}, {11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26}); }

}  // namespace

TEST(Sum, OverOneAxis) {
  expect_sum(lesson(), {1}, false, Array({2, 3}, {32, 34, 36, 38, 40, 42}));
  expect_sum(lesson(), {0}, false, Array({2, 3}, {25, 27, 29, 45, 47, 49}));
  expect_sum(lesson(), {2}, false, Array({2, 2}, {36, 66, 45, 75}));
  expect_sum(lesson(), {-1}, false, Array({2, 2}, {36, 66, 45, 75}));
}

TEST(Sum, OverAllAxes) {
  expect_sum(lesson(), {}, false, Array(Shape{}, {222}));
  expect_sum(lesson(), {0, 1, 2}, false, Array(Shape{}, {222}));
  expect_sum(Array(Shape{}, {5}), {}, false, Array(Shape{}, {5}));
}

TEST(Sum, OverSeveralAxes) {
  expect_sum(lesson(), {0, 2}, false, Array({2}, {81, 141}));
  expect_sum(lesson(), {0, 1}, false, Array({3}, {70, 74, 78}));
}

TEST(Sum, KeepdimsLeavesOnes) {
  expect_sum(lesson(), {1}, true, Array({2, 1, 3}, {32, 34, 36, 38, 40, 42}));
  expect_sum(lesson(), {0, 2}, true, Array({1, 2, 1}, {81, 141}));
  expect_sum(lesson(), {}, true, Array({1, 1, 1}, {222}));
}

TEST(Sum, OfNoElementsIsZero) {
  expect_sum(Array(Shape{0, 3}), {0}, false, Array({3}, {0, 0, 0}));
  expect_sum(Array(Shape{2, 0}), {1}, true, Array({2, 1}, {0, 0}));
  expect_sum(Array(Shape{0, 3}), {1}, false, Array(Shape{0}));
}

// 16,777,216 is 2^24. With four ones it is 16,777,220, a float; a running total in float stays at 2^24.
TEST(Sum, TotalsAreKeptInDouble) {
  expect_sum(Array({5}, {16777216, 1, 1, 1, 1}), {}, false, Array(Shape{}, {16777220}));
  expect_sum(Array({5, 2}, {16777216, 0, 1, 0, 1, 0, 1, 0, 1, 0}), {0}, false, Array({2}, {16777220, 0}));
}
