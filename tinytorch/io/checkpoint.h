#pragma once
#include "tinytorch/io/model.h"
#include "tinytorch/train/trainer.h"

namespace tinytorch {

/// All that a training run was started with; a checkpoint holds it so that --resume needs no other option.
struct TrainingConfig {
  std::string architecture = "784-128-10";
  std::string data = "mnist";  ///< name of the data set, checked on resume
  std::uint64_t seed = 1;
  std::int64_t batch_size = 64;
  bool drop_last = false;
  std::string optimizer = "adam";
  OptimizerOptions optimizer_options;
  TrainerOptions trainer;
  Normalization normalization;
};

/// A checkpoint is a safetensors file that load_model can read too: the parameters by name, "optimizer.<array>",
/// "best.<parameter>", and in the metadata the configuration, TrainerState, generators and step count, all exact.
Safetensors make_checkpoint(const TrainingConfig& config, Sequential& network, Optimizer& optimizer,
                            const Trainer& trainer);

/// The configuration in a checkpoint. @throws Error if the file is not one.
TrainingConfig checkpoint_config(const Safetensors& file);

/// Puts parameters, optimizer, trainer and generators back, bit for bit.
/// @throws Error naming what does not fit; then nothing was changed.
void restore_checkpoint(const Safetensors& file, Sequential& network, Optimizer& optimizer, Trainer& trainer);

}  // namespace tinytorch
