#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_stretched(const Shape& a, const Shape& b, const Shape& expected) {
  Trial trial("stretch");
  trial.give_integers("a", a).give_integers("b", b).run();
  trial.expect_integers("shape", expected);
}

}  // namespace

TEST(BroadcastShapes, AlignsAtTheRight) {
  expect_stretched({32, 1, 10}, {5, 1}, {32, 5, 10});
  expect_stretched({5, 1}, {32, 1, 10}, {32, 5, 10});
  expect_stretched({2, 3}, {3}, {2, 3});
}

TEST(BroadcastShapes, EqualShapesAndScalarsStay) {
  expect_stretched({2, 3}, {2, 3}, {2, 3});
  expect_stretched({}, {2, 3}, {2, 3});
  expect_stretched({4}, {}, {4});
  expect_stretched({}, {}, {});
}

TEST(BroadcastShapes, AOneStretchesToNothingToo) {
  expect_stretched({0, 3}, {1, 3}, {0, 3});
  expect_stretched({1}, {2, 0}, {2, 0});
}

TEST(BroadcastShapes, SizesThatDifferAreRefused) {
  Trial left("stretch");
  left.give_integers("a", {2, 3}).give_integers("b", {2}).run_and_expect_error({"(2, 3)", "(2,)"});
  Trial both("stretch");
  both.give_integers("a", {4, 1, 6}).give_integers("b", {7, 5}).run_and_expect_error({"(4, 1, 6)", "(7, 5)"});
  Trial none("stretch");
  none.give_integers("a", {0}).give_integers("b", {3}).run_and_expect_error({"(0,)", "(3,)"});
}
