#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_gradients(const Array& a, const Array& b, const Array& dy, const Array& da, const Array& db) {
  Trial trial("gradients");
  trial.give("a", a).give("b", b).give("dy", dy).give("a_requires", true).give("b_requires", true).run();
  trial.expect_array("da", da);
  trial.expect_array("db", db);
}

}  // namespace

TEST(MulGradient, EachFactorGetsTheOther) {
  expect_gradients(Array({2}, {2, 3}), Array({2}, {5, 7}), Array({2}, {1, 10}), Array({2}, {5, 70}), Array({2}, {2, 30}));
}

TEST(MulGradient, ASquareGetsItsValueTwice) {
  Trial trial("square_gradient");
  trial.give("x", Array({3}, {3, -2, 0})).give("dy", Array({3}, {1, 10, 100})).run();
  trial.expect_array("dx", Array({3}, {6, -40, 0}));
}

TEST(MulGradient, AStretchedFactorGetsTheSum) {
  expect_gradients(Array({2, 3}, {1, 2, 3, 4, 5, 6}), Array({3}, {10, 20, 30}), Array({2, 3}, {1, 1, 1, 2, 2, 2}),
                   Array({2, 3}, {10, 20, 30, 20, 40, 60}), Array({3}, {9, 12, 15}));
  expect_gradients(Array({2, 1}, {1, 2}), Array({1, 2}, {3, 4}), Array({2, 2}, {1, 1, 1, 10}), Array({2, 1}, {7, 43}),
                   Array({1, 2}, {3, 21}));
}
