#pragma once
#include "tinytorch/train/trainer.h"

namespace tinytorch {

/// How to train a small network on MNIST when nobody says otherwise: one place for the command line, the demo and the
/// tests.
struct Recipe {
  std::string architecture = "784-128-10";
  std::int64_t batch_size = 64;
  std::string optimizer = "adam";
  OptimizerOptions optimizer_options{.lr = 2e-3f};
  TrainerOptions trainer{.epochs = 5, .schedule = {.kind = "cosine"}};
};

}  // namespace tinytorch
