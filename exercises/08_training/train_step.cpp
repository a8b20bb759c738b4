#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/train/trainer.h"

void tinytorch::train_step(Module& model, Optimizer& optimizer, const Batch& batch, const StepOptions& options,
                           Progress& progress) {
  // STEP 1: forget the gradients of the batch before, run the model, and compare with the labels.
  // STEP 2: a loss that is no number would spoil every parameter: stop before anything changes.
  // STEP 3: gradients, clipped if asked, and the update.
  // STEP 4: count the images, the correct ones among them, and the loss, weighted by the size of the batch.
  TT_TODO("08.1 train_step");
}
