#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_result(const Array& gradient, const Array& expected) {
  Trial trial("sum_down");
  trial.give("gradient", gradient).give_integers("shape", expected.shape()).run();
  trial.expect_array("result", expected);
}

}  // namespace

TEST(Unbroadcast, AxesInFrontAreSummed) {
  expect_result(Array({3, 2}, {1, 2, 3, 4, 5, 6}), Array({2}, {9, 12}));
  expect_result(Array({2, 2}, {1, 2, 3, 4}), Array(Shape{}, {10}));
}

TEST(Unbroadcast, AxesOfSizeOneAreSummedAndStay) {
  expect_result(Array({2, 3}, {1, 2, 3, 4, 5, 6}), Array({2, 1}, {6, 15}));
  expect_result(Array({2, 3}, {1, 2, 3, 4, 5, 6}), Array({1, 3}, {5, 7, 9}));
}

TEST(Unbroadcast, BothAtOnce) {
  const Array gradient({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  expect_result(gradient, Array({2, 1}, {30, 48}));
  expect_result(gradient, Array({2, 1, 3}, {5, 7, 9, 17, 19, 21}));
}

TEST(Unbroadcast, WithoutStretchingTheGradientComesBackAsItIs) {
  const Array gradient({2, 1, 2}, {1, 2, 3, 4});
  Trial trial("sum_down");
  trial.give("gradient", gradient).give_integers("shape", {2, 1, 2}).run();
  trial.expect_array("result", gradient);
  trial.expect(trial.integer("shared") == 1, "the shapes are equal, and the gradient was copied");
}
