#pragma once
#include <filesystem>

#include "tinytorch/base/file.h"
#include "tinytorch/io/checkpoint.h"
#include "tinytorch/nn/architecture.h"

namespace tinytorch::testing {

/// 90 random images of 3×3 in three classes: whatever the labels, the steps are what counts.
inline Dataset random_images() {
  Dataset data{.name = "random", .height = 3, .width = 3, .classes = 3, .pixels = {}, .labels = {}};
  Rng rng(5);
  for (int i = 0; i < 90 * 9; ++i) data.pixels.push_back(static_cast<std::uint8_t>(rng.below(256)));
  for (int i = 0; i < 90; ++i) data.labels.push_back(static_cast<std::uint8_t>(rng.below(3)));
  return data;
}

/// 13 batches an epoch, the last one short; everything that has state is in use.
inline TrainingConfig example_config(const std::string& optimizer) {
  TrainingConfig config;
  config.architecture = "Sequential(Linear(9, 8), ReLU(), Dropout(0.3), Linear(8, 8), Dropout(0.1), Linear(8, 3))";
  config.data = "random";
  config.seed = 12345678901234567890u;
  config.batch_size = 7;
  config.optimizer = optimizer;
  config.optimizer_options = {.lr = 0.01f, .momentum = 0.9f, .weight_decay = 0.003f, .nesterov = true};
  config.trainer = {.epochs = 4,
                    .step = {.label_smoothing = 0.1f, .max_grad_norm = 0.7f},
                    .schedule = {.kind = "cosine", .total = 0, .warmup = 5, .floor = 0.01f},
                    .patience = 3,
                    .restore_best = true};
  config.normalization = {0.1307f, 0.3081f};
  return config;
}

/// Every object of a training run, made anew from the configuration.
struct TrainingRun {
  TrainingConfig config;
  Dataset data = random_images();
  Rng rng;
  std::shared_ptr<Sequential> network;
  std::unique_ptr<Optimizer> optimizer;
  DataLoader loader;
  Trainer trainer;

  explicit TrainingRun(TrainingConfig c)
      : config(std::move(c)),
        rng(config.seed),
        network(parse_architecture(config.architecture, rng)),
        optimizer(make_optimizer(config.optimizer, network->parameters(), config.optimizer_options)),
        loader(data, {.batch_size = config.batch_size,
                      .drop_last = config.drop_last,
                      .seed = config.seed,
                      .normalization = config.normalization}),
        trainer(*network, *optimizer, loader, config.trainer, &data) {}

  Safetensors checkpoint() { return make_checkpoint(config, *network, *optimizer, trainer); }
  void restore(const Safetensors& file) { restore_checkpoint(file, *network, *optimizer, trainer); }

  /// Trains this many batches, or to the end.
  void train(std::int64_t batches) {
    trainer.on_batch = [&](const TrainerState&, const Progress&) {
      return --batches > 0 ? Continue::yes : Continue::stop;
    };
    trainer.fit();
    trainer.on_batch = {};
  }
};

}  // namespace tinytorch::testing
