#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/train/trainer.h"

using namespace tinytorch;

namespace {

Labels labels_of(const std::vector<std::int64_t>& labels) { return {labels.begin(), labels.end()}; }

}  // namespace

/// A linear layer and SGD; one step for each batch "images<i>", "labels<i>". A LossNotFinite ends it and is put down.
TT_SCENARIO(steps) {
  Linear layer(Tensor(in.array("weight").clone()), Tensor(in.array("bias").clone()));
  for (Tensor p : layer.parameters()) p.set_requires_grad(true);
  SGD sgd(layer.parameters(),
          {.lr = static_cast<float>(in.number("lr")), .momentum = static_cast<float>(in.number("momentum"))});
  const StepOptions options{.label_smoothing = static_cast<float>(in.number("label_smoothing")),
                            .max_grad_norm = static_cast<float>(in.number("max_grad_norm"))};
  Progress progress;
  for (int i = 0; in.has("images" + std::to_string(i)); ++i) {
    const Batch batch{Tensor(in.array("images" + std::to_string(i))),
                      labels_of(in.integers("labels" + std::to_string(i)))};
    try {
      train_step(layer, sgd, batch, options, progress);
    } catch (const LossNotFinite& error) {
      out.set("refused", error.what());
      break;
    }
  }
  out.set("weight", layer.weight().value()).set("bias", layer.bias().value());
  if (layer.weight().grad().defined()) out.set("weight_gradient", layer.weight().grad());
  out.set("optimizer_steps", sgd.state().steps);
  out.set("images", progress.images).set("correct", progress.correct).set("loss_sum", progress.loss_sum);
}
