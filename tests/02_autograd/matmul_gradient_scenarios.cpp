#include <limits>

#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// The gradient, or NaN in its shape if there is none.
static Array gradient_of(const Tensor& x) {
  return x.grad().defined() ? x.grad() : Array(x.shape(), std::numeric_limits<float>::quiet_NaN());
}

/// a, b, dy -> the gradients of sum(dy · y), where y is the matrix product of a and b, and which
/// operand has one. Which of them asks for one is given.
TT_SCENARIO(gradients) {
  const Tensor a(in.array("a"), in.flag("a_requires")), b(in.array("b"), in.flag("b_requires"));
  matmul(a, b).backward(in.array("dy"));
  out.set("da", gradient_of(a)).set("db", gradient_of(b));
  out.set("a_has_one", a.grad().defined()).set("b_has_one", b.grad().defined());
}
