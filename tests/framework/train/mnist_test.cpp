#include <gtest/gtest.h>

#include "tinytorch/base/sanitized.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/train/recipe.h"

namespace tinytorch {
namespace {

/// Accuracy on the test images after training by the default recipe.
double mnist_accuracy(const DataSplits& mnist, const std::string& architecture, std::int64_t epochs,
                      std::uint64_t seed) {
  Recipe recipe;
  recipe.trainer.epochs = epochs;
  Rng rng(seed);
  const auto model = parse_architecture(architecture, rng);
  const auto optimizer = make_optimizer(recipe.optimizer, model->parameters(), recipe.optimizer_options);
  const Normalization normalization = measure_normalization(mnist.train);
  DataLoader loader(mnist.train, {.batch_size = recipe.batch_size, .seed = seed, .normalization = normalization});
  Trainer(*model, *optimizer, loader, recipe.trainer).fit();
  return evaluate(*model, mnist.test, normalization).total.accuracy();
}

class Mnist : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "accuracy is measured by the optimised build";
    const auto directory = find_mnist();
    if (directory.empty()) GTEST_SKIP() << "MNIST was not found: set TINYTORCH_DATA or run 'tt data fetch mnist'";
    mnist_ = load_idx_directory(directory);
  }
  DataSplits mnist_;
};

// The bounds are what the project promises; the recipe reaches 98.2 % and 98.4 % or more.
TEST_F(Mnist, ReachesItsAccuracyInFiveEpochsFromEverySeed) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    EXPECT_GE(mnist_accuracy(mnist_, Recipe().architecture, 5, seed), 0.978) << "seed " << seed;
  }
}

TEST_F(Mnist, ReachesMoreWithTwoHiddenLayersAndTenEpochs) {
  EXPECT_GE(mnist_accuracy(mnist_, "784-256-128-10", 10, 1), 0.982);
}

}  // namespace
}  // namespace tinytorch
