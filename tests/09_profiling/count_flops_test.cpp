#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_flops(const char* architecture, std::int64_t batch, std::int64_t flops) {
  Trial trial("count");
  trial.give("architecture", architecture).give("batch", batch).run();
  trial.expect_integer("flops", flops);
}

}  // namespace

TEST(CountFlops, MultiplyAddsCountAsTwo) {
  Trial one("count_one_layer");
  one.give("features", 3).give("batch", 1).run();
  one.expect_integer("flops", 3 * (2 * 3 + 1));
  expect_flops("Sequential(Linear(3, 4), ReLU(), Linear(4, 2))", 1, 4 * 7 + 2 * 9);
  expect_flops("Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))", 1, 469898);
}

TEST(CountFlops, EveryRowOfTheBatchCosts) {
  expect_flops("Sequential(Linear(3, 4))", 5, 5 * 28);
  expect_flops("Sequential(Linear(3, 4))", 0, 0);
}

TEST(CountFlops, NoBiasNoAddition) { expect_flops("Sequential(Linear(3, 4, bias=false))", 1, 24); }

TEST(CountFlops, SequentialsInSequentials) {
  expect_flops("Sequential(Sequential(Linear(3, 4), Tanh()), Sequential(Sequential(Linear(4, 2))))", 1, 28 + 18);
}
