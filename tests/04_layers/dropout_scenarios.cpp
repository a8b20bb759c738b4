#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

namespace {

Dropout layer_of(const course::Values& in) {
  Rng rng(static_cast<std::uint64_t>(in.integer("seed")));
  return Dropout(static_cast<float>(in.number("p")), rng);
}

}  // namespace

/// x, p, seed, training -> first = dropout(x), second = another call, and the number that the layer's generator gives
/// next.
TT_SCENARIO(two_calls) {
  Dropout layer = layer_of(in);
  layer.set_training(in.flag("training"));
  const Tensor x(in.array("x"));
  out.set("first", layer(x).value());
  out.set("second", layer(x).value());
  out.set("next", static_cast<double>(layer.generators().at(0)->uniform()));
}

/// x, p, seed, dy -> y = dropout(x) in training, and dx = the gradient of sum(dy · y).
TT_SCENARIO(forward_and_gradient) {
  Dropout layer = layer_of(in);
  const Tensor x(in.array("x"), true);
  const Tensor y = layer(x);
  out.set("y", y.value());
  y.backward(in.array("dy"));
  out.set("dx", x.grad());
}
