// The measure of the generated digits: how well a network that was trained on them alone reads MNIST.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tinytorch/data/digits.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/train/recipe.h"

namespace tinytorch {
namespace {

double mnist_accuracy_of_a_network_trained_on(const Dataset& digits, const Dataset& mnist, std::int64_t epochs) {
  Recipe recipe;
  recipe.trainer.epochs = epochs;
  Rng rng(1);
  const auto model = parse_architecture("784-128-10", rng);
  const auto optimizer = make_optimizer(recipe.optimizer, model->parameters(), recipe.optimizer_options);
  const Normalization normalization = measure_normalization(digits);
  DataLoader loader(digits, {.batch_size = recipe.batch_size, .normalization = normalization});
  Trainer(*model, *optimizer, loader, recipe.trainer).fit();
  return evaluate(*model, mnist, normalization).total.accuracy();
}

TEST(Digits, TeachANetworkToReadMnist) {
  const auto directory = std::getenv("TINYTORCH_DATA") ? find_mnist() : std::filesystem::path();
  if (directory.empty()) GTEST_SKIP() << "MNIST is not there; set TINYTORCH_DATA to its directory";
  const double accuracy =
      mnist_accuracy_of_a_network_trained_on(draw_digits(60000, 1, 0), load_idx_directory(directory).test, 5);
  RecordProperty("accuracy", std::to_string(accuracy));
  EXPECT_GE(accuracy, 0.945);  // seeds 1, 2, 3 reach 95.7 to 96.1 %; other roundings of sums vary less than the seed
}

}  // namespace
}  // namespace tinytorch
