#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_count(const char* architecture, std::int64_t parameters) {
  Trial trial("count");
  trial.give("architecture", architecture).run();
  trial.expect_integer("parameters", parameters);
}

}  // namespace

TEST(CountParameters, WeightsAndBiases) {
  expect_count("Sequential(Linear(3, 4), ReLU(), Linear(4, 2))", 3 * 4 + 4 + 4 * 2 + 2);
  expect_count("Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))", 235146);
}

TEST(CountParameters, ModelsWithoutBiasOrWithoutParameters) {
  expect_count("Sequential(Linear(3, 4, bias=false))", 12);
  expect_count("Sequential(ReLU(), Tanh())", 0);
}

TEST(CountParameters, SharedParameterCountsOnce) {
  Trial trial("count_shared");
  trial.give("features", 2).give("times", 3).run();
  trial.expect_integer("parameters", 2 * 2 + 2);
}
