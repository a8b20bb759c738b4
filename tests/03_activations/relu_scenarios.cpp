#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// x -> y = relu(x).
TT_SCENARIO(forward) { out.set("y", relu(Tensor(in.array("x"))).value()); }

/// x -> y = relu(x), and dx = the gradient of sum(dy · y) with respect to x.
TT_SCENARIO(forward_and_gradient) {
  const Tensor x(in.array("x"), true);
  const Tensor y = relu(x);
  out.set("y", y.value());
  y.backward(in.array("dy"));
  out.set("dx", x.grad());
}

/// x is used twice: dx = the gradient of sum(dy · (relu(x) + x)), and x as it is afterwards.
TT_SCENARIO(used_twice) {
  const Tensor x(in.array("x").clone(), true);
  const Tensor y = relu(x) + x;
  y.backward(in.array("dy"));
  out.set("x_after", x.value());
  out.set("dx", x.grad());
}
