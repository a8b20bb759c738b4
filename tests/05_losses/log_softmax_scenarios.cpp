#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// x, axis -> y = log_softmax of the bare values.
TT_SCENARIO(values) { out.set("y", log_softmax(in.array("x"), in.integer("axis"))); }

/// x, axis -> y = log_softmax(x), and dx = the gradient of sum(dy · y) with respect to x.
TT_SCENARIO(forward_and_gradient) {
  const Tensor x(in.array("x"), true);
  const Tensor y = log_softmax(x, in.integer("axis"));
  out.set("y", y.value());
  y.backward(in.array("dy"));
  out.set("dx", x.grad());
}
