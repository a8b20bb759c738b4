#pragma once
#include "tinytorch/cli/data_choice.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/io/checkpoint.h"

namespace tinytorch::cli {

/// The configuration that tinytorch/train/recipe.h names.
TrainingConfig recipe_config();

/// A training run from data to a saved model, as tt train and tt demo do it.
struct TrainingJob {
  TrainingConfig config = recipe_config();
  DataChoice data;
  std::int64_t limit = 0;            ///< use the first so many training images; 0: all
  std::int64_t validation_size = 0;  ///< of these, hold out the last so many
  std::filesystem::path model, checkpoint;
  double checkpoint_seconds = 30;  ///< how much work a kill may cost, beside what an epoch takes
  bool keep_checkpoint = false;
};

struct TrainingOutcome {
  bool interrupted = false;  ///< then only the checkpoint was written
  Model model;
  Evaluation test;
  ChosenData data;
  Json report;  ///< what --json prints
};

/// model.safetensors -> model.checkpoint.safetensors, and back.
std::filesystem::path checkpoint_path(const std::filesystem::path& model);
/// @throws Error if the name does not end in .checkpoint.safetensors
std::filesystem::path model_path(const std::filesystem::path& checkpoint);

/// The job that a checkpoint belongs to, without the two paths. Errors begin with `path`.
TrainingJob job_of(const Safetensors& checkpoint, const std::filesystem::path& path);

/// Trains, saves and tests. A checkpoint is written before the first batch (so whatever cannot be written is known
/// before any work), after every epoch, every so many seconds, and on Ctrl-C; once the model is saved it is removed.
/// @param resume_from  a checkpoint to go on from, or nullptr
TrainingOutcome run_training(TrainingJob job, const Safetensors* resume_from, Terminal& terminal);

}  // namespace tinytorch::cli
