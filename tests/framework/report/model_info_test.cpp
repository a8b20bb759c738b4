#include "tinytorch/report/model_info.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tinytorch/base/error.h"
#include "tinytorch/nn/sequential.h"

namespace tinytorch {
namespace {

TEST(ModelInfo, CountsParametersBytesAndOperations) {
  Rng rng(1);
  const Sequential model(Linear(784, 128, rng), ReLU(), Linear(128, 10, rng));
  EXPECT_EQ(count_parameters(model), 101770);
  EXPECT_EQ(model_bytes(model), 407080);
  EXPECT_EQ(count_flops(model, 1), 2 * 784 * 128 + 128 + 2 * 128 * 10 + 10);
  EXPECT_EQ(count_flops(model, 64), 64 * count_flops(model, 1));
  EXPECT_EQ(count_flops(model, 0), 0);
}

TEST(ModelInfo, CountsNestedModulesAndMissingBiases) {
  Rng rng(1);
  const Sequential model(Sequential(Linear(3, 4, rng, false), Tanh()), Dropout(0.5f, rng), Linear(4, 2, rng));
  EXPECT_EQ(count_parameters(model), 12 + 8 + 2);
  EXPECT_EQ(count_flops(model, 1), 24 + 16 + 2);
  EXPECT_EQ(count_parameters(ReLU()), 0);
  EXPECT_THROW(count_flops(model, -1), Error);
}

TEST(ModelInfo, CountsASharedParameterOnceAndItsWorkTwice) {
  Rng rng(1);
  const auto layer = std::make_shared<Linear>(2, 2, rng);
  const Sequential model(std::vector<ModulePtr>{layer, layer});
  EXPECT_EQ(count_parameters(model), 6);
  EXPECT_EQ(count_flops(model, 1), 20);
}

TEST(ModelInfo, GradientsWeighAsMuchAsTheirParametersWhileThereAreSome) {
  Rng rng(1);
  Sequential model(Linear(3, 4, rng), Linear(4, 2, rng));  // 16 + 10 parameters
  model(Tensor({1, 3}, {1, 2, 3})).backward(Array({1, 2}, {1, 1}));
  EXPECT_EQ(model_bytes(model), 2 * 4 * 26);
  model.parameters().front().zero_grad();
  EXPECT_EQ(model_bytes(model), 2 * 4 * 26 - 4 * 12);
}

TEST(MeasureLatency, RunsOnceMoreThanItCounts) {
  int calls = 0;
  const Latency latency = measure_latency([&] { ++calls; }, 7, 0);
  EXPECT_EQ(latency.runs, 7);
  EXPECT_EQ(calls, 8);
  EXPECT_LE(latency.low, latency.median);
  EXPECT_LE(latency.median, latency.high);
}

TEST(MeasureLatency, GoesOnForTheAskedTime) {
  const auto sleep = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  const Latency latency = measure_latency(sleep, 1, 0.01);
  EXPECT_GE(latency.low, 1e-3);                                          // a sleep is never shorter than asked
  EXPECT_GE(latency.high * static_cast<double>(latency.runs), 0.00999);  // at most ten runs: high is their largest
}

TEST(MeasureLatency, TakesTheMiddleOfUnevenRuns) {
  int calls = 0;
  const auto sleep = [&] {
    if (++calls == 3) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  const Latency latency = measure_latency(sleep, 21, 0);
  EXPECT_LT(latency.median, 0.02);
  EXPECT_LT(latency.high, 0.02);  // one run in 21 is beyond the 90th percentile
}

TEST(MeasureLatency, RefusesNoRuns) {
  EXPECT_THROW(measure_latency([] {}, 0), Error);
}

}  // namespace
}  // namespace tinytorch
