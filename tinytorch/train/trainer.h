#pragma once
#include <functional>
#include <limits>
#include <optional>

#include "tinytorch/base/error.h"
#include "tinytorch/data/loader.h"
#include "tinytorch/nn/module.h"
#include "tinytorch/optim/optimizer.h"
#include "tinytorch/optim/schedule.h"

namespace tinytorch {

/// Sums over the batches of an epoch so far.
struct Progress {
  std::int64_t images = 0, correct = 0;
  double loss_sum = 0;  ///< of loss × batch size
  double loss() const { return images ? loss_sum / static_cast<double>(images) : 0; }
  double accuracy() const { return images ? static_cast<double>(correct) / static_cast<double>(images) : 0; }
};

struct StepOptions {
  float label_smoothing = 0;
  float max_grad_norm = 0;  ///< 0: gradients are not clipped
};

/// Thrown before a loss that is NaN or infinite can spoil the parameters.
class LossNotFinite : public Error {
 public:
  using Error::Error;
};

/// Index of the first largest of a row of (batch, classes).
std::int64_t predicted_class(const Array& logits, std::int64_t row);
/// Rows whose predicted class is their label.
std::int64_t count_correct(const Array& logits, const Labels& labels);

/// One batch: forward, loss, backward, clip, optimizer step. The batch is added to `progress`.
/// @throws LossNotFinite if the loss is NaN or infinite; then no parameter was changed.
/// Exercise: exercises/08_training/train_step.cpp
void train_step(Module& model, Optimizer& optimizer, const Batch& batch, const StepOptions& options,
                Progress& progress);

/// The rest of the loader's epoch. `before_batch` is called before each batch, `after_batch` after it and returns false
/// to stop there; either may be empty.
/// @returns whether the epoch was completed.
/// Exercise: exercises/08_training/train_epoch.cpp
bool train_epoch(Module& model, Optimizer& optimizer, DataLoader& loader, const StepOptions& options,
                 Progress& progress, const std::function<void()>& before_batch = {},
                 const std::function<bool()>& after_batch = {});

struct Evaluation {
  Progress total;
  std::vector<std::vector<std::int64_t>> confusion;  ///< [true class][predicted class]
};

/// Runs the model over a whole data set in evaluation mode, without history; the mode is restored.
/// @throws Error if the data set is empty or the model does not give one logit per class.
/// Exercise: exercises/08_training/evaluate.cpp
Evaluation evaluate(Module& model, const Dataset& data, const Normalization& normalization,
                    std::int64_t batch_size = 256);

struct TrainerOptions {
  std::int64_t epochs = 5;
  StepOptions step = {};
  Schedule schedule = {};     ///< factor on the optimizer's lr; steps are batches, and a total of 0 means all epochs
  std::int64_t patience = 0;  ///< stop after this many epochs without a lower validation loss; 0: never
  bool restore_best =
      false;  ///< when training is finished, put back the parameters of the epoch with the best validation accuracy
};

struct EpochReport {
  std::int64_t epoch = 0;  ///< counts from 1
  Progress train = {};
  std::optional<Evaluation> validation = {};
  double seconds = 0;  ///< of training, without validation
  float lr = 0;        ///< at the last batch
  bool best = false;   ///< the best validation accuracy so far
};

/// Where a training run stands; with parameters, optimizer state and generators it is all that resuming needs.
struct TrainerState {
  std::int64_t epoch = 0, batch = 0;  ///< the next batch to train on, both from 0
  float base_lr = 0;
  Progress progress = {};  ///< of the epoch under way
  double best_accuracy = -1,
         best_loss = std::numeric_limits<double>::max();  ///< of validation; these are before the first
  std::int64_t epochs_without_improvement = 0;
  bool finished = false;
};

enum class Continue { yes, stop };

/// Trains a model. Everything it refers to must outlive it.
class Trainer {
 public:
  /// @throws Error if an option is out of range, or asks for validation where no data for it is given.
  Trainer(Module& model, Optimizer& optimizer, DataLoader& loader, TrainerOptions options = {},
          const Dataset* validation = nullptr);

  std::function<Continue(const TrainerState&, const Progress&)> on_batch;  ///< after each batch
  std::function<Continue(const EpochReport&)> on_epoch;                    ///< after each epoch

  /// Trains until the epochs are done, early stopping, or a callback stops it (then calling fit again continues).
  /// Meanwhile the optimizer's lr follows the schedule; then it is what it was.
  /// @returns a report for each epoch that this call completed
  /// @throws LossNotFinite naming epoch and batch; parameters are those before that batch.
  std::vector<EpochReport> fit();

  const TrainerState& state() const { return state_; }
  /// Goes on from there, with base_lr as the optimizer's lr. @throws Error if there is no such epoch or batch.
  void set_state(const TrainerState& state);
  /// Parameters of the best epoch so far, in the model's order; empty before the first validation or without
  /// restore_best.
  const std::vector<Array>& best_parameters() const { return best_; }
  void set_best_parameters(std::vector<Array> best);  ///< @throws Error if shapes differ from the model's

 private:
  float lr_at(std::int64_t epoch, std::int64_t batch) const;
  void validate(EpochReport& report);

  Module& model_;
  Optimizer& optimizer_;
  DataLoader& loader_;
  TrainerOptions options_;
  const Dataset* validation_;
  TrainerState state_;
  std::vector<Array> best_;
};

}  // namespace tinytorch
