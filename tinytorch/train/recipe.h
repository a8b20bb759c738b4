#pragma once
#include "tinytorch/train/trainer.h"

namespace tinytorch {

/// How to train a small network on MNIST when nobody says otherwise: one place for the command line, the demo and the
/// tests.
struct Recipe {
  std::string architecture = "784-128-10";
  std::int64_t batch_size = 64;
  std::string optimizer = "adam";
  OptimizerOptions optimizer_options{.lr = 3e-3f};
  TrainerOptions trainer{
      .epochs = 5, .step = {.label_smoothing = 0.02f}, .schedule = {.kind = "cosine", .warmup = 200}};
};

}  // namespace tinytorch
