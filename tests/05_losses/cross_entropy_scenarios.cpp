#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

namespace {

Tensor loss_of(const Tensor& logits, const course::Values& in) {
  Labels labels;
  for (const std::int64_t label : in.integers("labels")) labels.push_back(static_cast<std::int32_t>(label));
  return cross_entropy(logits, labels, static_cast<float>(in.number("smoothing")));
}

}  // namespace

/// logits, labels, smoothing -> loss.
TT_SCENARIO(forward) { out.set("loss", loss_of(Tensor(in.array("logits")), in).value()); }

/// logits, labels, smoothing -> loss, and dlogits = the gradient of factor · loss, from `backwards` passes over one
/// graph.
TT_SCENARIO(forward_and_gradient) {
  const Tensor logits(in.array("logits"), true);
  const Tensor loss = loss_of(logits, in);
  out.set("loss", loss.value());
  const Tensor scaled = in.has("factor") ? loss * static_cast<float>(in.number("factor")) : loss;
  const std::int64_t backwards = in.has("backwards") ? in.integer("backwards") : 1;
  for (std::int64_t i = 0; i < backwards; ++i) scaled.backward(true);
  out.set("dlogits", logits.grad());
}
