#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_sum(const Array& a, const Array& b, const Array& expected) {
  Trial trial("add_arrays");
  trial.give("a", a).give("b", b).run();
  trial.expect_array("sum", expected);
}

}  // namespace

TEST(Add, EqualShapesGoElementByElement) {
  expect_sum(Array({2, 2}, {1, 2, 3, 4}), Array({2, 2}, {10, 20, 30, 40}), Array({2, 2}, {11, 22, 33, 44}));
  expect_sum(Array(Shape{}, {2}), Array(Shape{}, {0.5f}), Array(Shape{}, {2.5f}));
}

TEST(Add, ARowGoesToEveryRow) {
  expect_sum(Array({2, 3}, {1, 2, 3, 4, 5, 6}), Array({3}, {10, 20, 30}), Array({2, 3}, {11, 22, 33, 14, 25, 36}));
  expect_sum(Array({3}, {10, 20, 30}), Array({2, 3}, {1, 2, 3, 4, 5, 6}), Array({2, 3}, {11, 22, 33, 14, 25, 36}));
}

TEST(Add, AColumnAndANumberStretch) {
  expect_sum(Array({2, 3}, {1, 2, 3, 4, 5, 6}), Array({2, 1}, {10, 20}), Array({2, 3}, {11, 12, 13, 24, 25, 26}));
  expect_sum(Array({2, 2}, {1, 2, 3, 4}), Array(Shape{}, {0.5f}), Array({2, 2}, {1.5f, 2.5f, 3.5f, 4.5f}));
}

TEST(Add, BothOperandsStretch) {
  expect_sum(Array({2, 1, 3}, {1, 2, 3, 4, 5, 6}), Array({2, 1}, {10, 20}),
             Array({2, 2, 3}, {11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26}));
}

TEST(Add, EmptyArraysHaveEmptySums) {
  expect_sum(Array(Shape{0, 3}), Array({3}, {1, 2, 3}), Array(Shape{0, 3}));
  expect_sum(Array(Shape{2, 0}), Array(Shape{}, {1}), Array(Shape{2, 0}));
}

TEST(Add, ShapesThatDoNotFitAreRefused) {
  Trial trial("add_arrays");
  trial.give("a", Array({2, 3}, {1, 2, 3, 4, 5, 6})).give("b", Array({2}, {1, 2})).run_and_expect_error({"[add]", "(2, 3)", "(2,)"});
}
