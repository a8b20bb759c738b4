#include <limits>

#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// The gradient, or NaN in its shape if there is none.
static Array gradient_of(const Tensor& x) {
  return x.grad().defined() ? x.grad() : Array(x.shape(), std::numeric_limits<float>::quiet_NaN());
}

/// a, b, dy -> the gradients of sum(dy · y), where y is a · b, element by element, and which
/// operand has one. Which of them asks for one is given.
TT_SCENARIO(gradients) {
  const Tensor a(in.array("a"), in.flag("a_requires")), b(in.array("b"), in.flag("b_requires"));
  (a * b).backward(in.array("dy"));
  out.set("da", gradient_of(a)).set("db", gradient_of(b));
  out.set("a_has_one", a.grad().defined()).set("b_has_one", b.grad().defined());
}

/// x, dy -> the gradient of sum(dy · x · x) with respect to x.
TT_SCENARIO(square_gradient) {
  const Tensor x(in.array("x"), true);
  (x * x).backward(in.array("dy"));
  out.set("dx", gradient_of(x));
}
