#include "tinytorch/base/error.h"
#include "tinytorch/train/trainer.h"

bool tinytorch::train_epoch(Module& model, Optimizer& optimizer, DataLoader& loader, const StepOptions& options,
                            Progress& progress, const std::function<void()>& before_batch,
                            const std::function<bool()>& after_batch) {
  // STEP 1: one Batch serves for all: the loader writes the next one into the same memory.
  // STEP 2: the caller may prepare each batch (set the learning rate) and may stop after it.
  TT_TODO("08.2 train_epoch");
}
