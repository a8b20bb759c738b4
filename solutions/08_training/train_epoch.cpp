#include "tinytorch/train/trainer.h"

bool tinytorch::train_epoch(Module& model, Optimizer& optimizer, DataLoader& loader, const StepOptions& options,
                            Progress& progress, const std::function<void()>& before_batch,
                            const std::function<bool()>& after_batch) {
  // BEGIN SOLUTION
  // STEP 1: one Batch serves for all: the loader writes the next one into the same memory.
  Batch batch;
  while (loader.next(batch)) {
    // STEP 2: the caller may prepare each batch (set the learning rate) and may stop after it.
    if (before_batch) before_batch();
    train_step(model, optimizer, batch, options, progress);
    if (after_batch && !after_batch()) return false;
  }
  return true;
  // END SOLUTION
}
