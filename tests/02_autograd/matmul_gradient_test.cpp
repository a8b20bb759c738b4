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

TEST(MatmulGradient, OfTheLessonsMatrices) {
  expect_gradients(Array({2, 2}, {1, 2, 3, 4}), Array({2, 2}, {5, 6, 7, 8}), Array({2, 2}, {1, 0, 2, -1}),
                   Array({2, 2}, {5, 7, 4, 6}), Array({2, 2}, {7, -3, 10, -4}));
}

TEST(MatmulGradient, NeedNotBeSquare) {
  expect_gradients(Array({1, 3}, {1, 2, 3}), Array({3, 2}, {1, 2, 3, 4, 5, 6}), Array({1, 2}, {1, 10}),
                   Array({1, 3}, {21, 43, 65}), Array({3, 2}, {1, 10, 2, 20, 3, 30}));
}

// Two matrices (1, 2) times one matrix (2, 1), which both use.
TEST(MatmulGradient, OneMatrixForAStackGetsTheSum) {
  expect_gradients(Array({2, 1, 2}, {1, 2, 3, 4}), Array({2, 1}, {5, 6}), Array({2, 1, 1}, {1, 10}),
                   Array({2, 1, 2}, {5, 6, 50, 60}), Array({2, 1}, {31, 42}));
}
