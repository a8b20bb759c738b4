#include <cmath>

#include "tinytorch/train/trainer.h"

void tinytorch::train_step(Module& model, Optimizer& optimizer, const Batch& batch, const StepOptions& options,
                           Progress& progress) {
  // BEGIN SOLUTION
  // STEP 1: forget the gradients of the batch before, run the model, and compare with the labels.
  optimizer.zero_grad();
  const Tensor logits = model(batch.images);
  const Tensor loss = cross_entropy(logits, batch.labels, options.label_smoothing);
  // STEP 2: a loss that is no number would spoil every parameter: stop before anything changes.
  if (!std::isfinite(loss.item())) throw LossNotFinite("[train] loss is " + std::to_string(loss.item()));
  // STEP 3: gradients, clipped if asked, and the update.
  loss.backward();
  if (options.max_grad_norm > 0) clip_grad_norm(optimizer.parameters(), options.max_grad_norm);
  optimizer.step();
  // STEP 4: count the images, the correct ones among them, and the loss, weighted by the size of the batch.
  const auto size = static_cast<std::int64_t>(batch.labels.size());
  progress.images += size;
  progress.correct += count_correct(logits.value(), batch.labels);
  progress.loss_sum += static_cast<double>(loss.item()) * static_cast<double>(size);
  // END SOLUTION
}
