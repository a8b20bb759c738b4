#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// x -> y = sigmoid(x).
TT_SCENARIO(forward) { out.set("y", sigmoid(Tensor(in.array("x"))).value()); }

/// x -> y = sigmoid(x), and dx = the gradient of sum(dy · y) with respect to x.
TT_SCENARIO(forward_and_gradient) {
  const Tensor x(in.array("x"), true);
  const Tensor y = sigmoid(x);
  out.set("y", y.value());
  y.backward(in.array("dy"));
  out.set("dx", x.grad());
}
